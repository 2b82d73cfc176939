export type Opened = { ok: true; value: null } | { ok: false; error: { code: string; message: string; hint?: string } };

/**
 * Signs in by next-auth, in the browser; what it refuses comes back in the words of a form. The code `second_step` is no
 * refusal: the password was right, and the next page asks for a second factor.
 */
export async function openSession(email: string, password: string): Promise<Opened> {
  return inWordsOf(await signIn("credentials", { email, password }).catch(() => "failed"), {
    message: "This email address and password do not let you in.",
    hint: "Check both. If your access has ended, or your organization lets people in from certain networks only, ask an admin of it.",
  });
}

/** The second step, with what proves that it is the person. */
export async function completeSecondStep(proof: Record<string, string>): Promise<Opened> {
  return inWordsOf(await signIn("second-step", proof).catch(() => "failed"), {
    message: "This was not accepted.",
    hint: "It is wrong, too old, or was used already: each code is good once. Wait for the next one.",
  });
}

function inWordsOf(refusal: string | null, no: { message: string; hint: string }): Opened {
  if (refusal === null) return { ok: true, value: null };
  const [code, seconds] = refusal.split(":");
  if (code === "wait") {
    return refused("rate_limited", "Too many attempts.", `Try again in ${inWords(Number(seconds))}. Nothing is locked; each further try just waits longer.`);
  }
  if (code === "second-step") return refused("second_step", "One more step.", "Confirm that it is you.");
  if (code === "locked") return refused("locked", refusal.slice("locked:".length), "Ask who runs your organization; whoever placed the lock can lift it.");
  if (code === "ended") return refused("gone", "This sign-in has ended.", "Sign in with your password again.");
  if (code === "outside") {
    const address = refusal.slice("outside:".length);
    return refused("network_not_allowed", `Your address ${address} is not within what your organization allows.`.replace("  ", " "), "Come by its network or VPN, or ask an admin to let this address in.");
  }
  if (code === "refused") return refused("unauthenticated", no.message, no.hint);
  return refused("internal", "Signing in did not work, for a reason on our side.", "Try again in a moment.");
}

/** next-auth's two requests, without the library that wraps them: a token against forgery first, then the form. Null: it worked. */
async function signIn(provider: string, fields: Record<string, string>): Promise<string | null> {
  const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
  const answer = await fetch(`/api/auth/callback/${provider}`, {
    method: "POST",
    body: new URLSearchParams({ ...fields, csrfToken, callbackUrl: window.location.origin, json: "true" }),
  });
  const { url, detail } = await answer.json();
  // Told only to who has proved who they are.
  if (answer.status === 423) return `locked:${detail}`;
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
