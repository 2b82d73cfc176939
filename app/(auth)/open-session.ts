export type Opened = { ok: true; value: null } | { ok: false; error: { code: string; message: string; hint?: string } };

/** Signs in by next-auth, in the browser; what it refuses comes back in the words of a form. */
export async function openSession(email: string, password: string): Promise<Opened> {
  const refusal = await signIn(email, password).catch(() => "failed");
  if (refusal === null) return { ok: true, value: null };
  const [code, seconds] = refusal.split(":");
  if (code === "wait") {
    return refused("rate_limited", "Too many attempts.", `Try again in ${inWords(Number(seconds))}. Nothing is locked; each further try just waits longer.`);
  }
  if (code === "refused") {
    return refused("unauthenticated", "This email address and password do not let you in.", "Check both. If your access has ended, ask an admin of your organization.");
  }
  return refused("internal", "Signing in did not work, for a reason on our side.", "Try again in a moment.");
}

/** next-auth's two requests, without the library that wraps them: a token against forgery first, then the form. Null: it worked. */
async function signIn(email: string, password: string): Promise<string | null> {
  const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
  const answer = await fetch("/api/auth/callback/credentials", {
    method: "POST",
    body: new URLSearchParams({ email, password, csrfToken, callbackUrl: window.location.origin, json: "true" }),
  });
  const { url } = await answer.json();
  const error = new URL(url, window.location.origin).searchParams.get("error");
  return answer.ok && error === null ? null : (error ?? "failed");
}

function refused(code: string, message: string, hint: string): Opened {
  return { ok: false, error: { code, message, hint } };
}

function inWords(seconds: number): string {
  if (seconds <= 1) return "a second";
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
