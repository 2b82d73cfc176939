import { sessionCookie } from "./cookie";

/** How long after the password the second step may take: as long as a code that was sent is good. */
export const secondStepMs = 10 * 60_000;

/** The cookie of a sign-in that waits for its second step. It opens nothing: its token finds a row that must be completed. */
export function secondStepCookie() {
  const { name, options } = sessionCookie();
  return { name: name.replace(".session", ".second-step"), options: { ...options, sameSite: "strict" as const, maxAge: secondStepMs / 1000 } };
}
