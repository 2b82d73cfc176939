import { signIn } from "next-auth/react";

export type Opened = { ok: true; value: null } | { ok: false; error: { code: string; message: string; hint?: string } };

/** Signs in by next-auth, in the browser; what it refuses comes back in the words of a form. */
export async function openSession(email: string, password: string): Promise<Opened> {
  const answer = await signIn("credentials", { email, password, redirect: false });
  if (answer?.ok && !answer.error) return { ok: true, value: null };
  const [code, seconds] = (answer?.error ?? "").split(":");
  if (code === "wait") {
    return refused("rate_limited", "Too many attempts.", `Try again in ${inWords(Number(seconds))}. Nothing is locked; each further try just waits longer.`);
  }
  if (code === "refused") {
    return refused("unauthenticated", "This email address and password do not let you in.", "Check both. If your access has ended, ask an admin of your organization.");
  }
  return refused("internal", "Signing in did not work, for a reason on our side.", "Try again in a moment.");
}

function refused(code: string, message: string, hint: string): Opened {
  return { ok: false, error: { code, message, hint } };
}

function inWords(seconds: number): string {
  if (seconds <= 1) return "a second";
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
