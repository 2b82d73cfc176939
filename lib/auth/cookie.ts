import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { env } from "@/lib/env";
import { longestSessionMs } from "@/lib/security/limits";

const Claims = z.object({ sid: z.uuid() });

/**
 * The session cookie. Its name has the port where there is no TLS, since browsers share cookies between ports and two
 * installations on one machine would sign each other out.
 */
export function sessionCookie() {
  const { protocol, port } = new URL(env().APP_URL);
  const secure = protocol === "https:";
  return {
    name: secure ? "__Host-countersign.session" : `countersign.session${port ? `.${port}` : ""}`,
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure },
  };
}

export const sessionMaxSeconds = longestSessionMs / 1000;

/** The cookie's value for a session, as next-auth writes it. */
export function sessionToken(sessionId: string): Promise<string> {
  return encode({ token: { sid: sessionId }, secret: env().AUTH_SECRET, maxAge: sessionMaxSeconds });
}

/** The session's id out of the cookie's value; null when it is missing, expired or not ours. */
export async function sessionIdOf(cookie: string | undefined): Promise<string | null> {
  if (!cookie) return null;
  try {
    const claims = Claims.safeParse(await decode({ token: cookie, secret: env().AUTH_SECRET }));
    return claims.success ? claims.data.sid : null;
  } catch {
    // Signed with another secret, or cut short: nobody's session.
    return null;
  }
}
