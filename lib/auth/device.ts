import { createHash } from "node:crypto";
import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { env } from "@/lib/env";
import { sessionCookie } from "./cookie";

/** The accounts that signed in with a browser, by the hash of their address, the latest first. */
const Device = z.object({ did: z.uuid(), accounts: z.array(z.string().max(64)).max(20) });
export type Device = z.infer<typeof Device>;

const mostAccounts = 5;
const maxAgeSeconds = 180 * 86_400;
/** A key of its own, so that neither token is taken for the other. */
const salt = "countersign device";

/**
 * The cookie by which a browser is known to have signed in before (OWASP, 'Slow down online guessing attacks with device
 * cookies'): it opens nothing, but whoever guesses elsewhere does not make it wait.
 */
export function deviceCookie() {
  const { name, options } = sessionCookie();
  return { name: name.replace(".session", ".device"), options: { ...options, maxAge: maxAgeSeconds } };
}

/** What the cookie says; null when it is missing, expired or not ours. */
export async function deviceOf(cookie: string | undefined): Promise<Device | null> {
  if (!cookie) return null;
  try {
    const read = Device.safeParse(await decode({ token: cookie, secret: env().AUTH_SECRET, salt }));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** Whether the account signed in with this browser before. */
export function knows(device: Device | null, email: string): boolean {
  return device?.accounts.includes(accountOf(email)) ?? false;
}

/** The cookie's value after the account signed in with this browser. `did`: its mark, where it had none. */
export async function rememberIn(device: Device | null, email: string, did: string): Promise<string> {
  const account = accountOf(email);
  const accounts = [account, ...(device?.accounts ?? []).filter((each) => each !== account)].slice(0, mostAccounts);
  return encode({ token: { did: device?.did ?? did, accounts }, secret: env().AUTH_SECRET, maxAge: maxAgeSeconds, salt });
}

/** What stands for an account in a cookie. */
export function accountOf(email: string): string {
  return createHash("sha256").update(email).digest("base64url");
}
