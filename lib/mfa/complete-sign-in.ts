import { authorize } from "@/lib/ability/authorize";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import { NotAdmitted } from "@/lib/auth/not-admitted";
import { openSession } from "@/lib/auth/open-session";
import { factorGates, pass, succeed } from "@/lib/auth/throttle";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { AppError } from "@/lib/errors";
import { OutsideNetwork } from "@/lib/network/outside-sign-in";
import { type Change, read, transact } from "@/lib/transact";
import { endPending, findPending, lockPending, samePassword } from "./pending";
import { type ProofInput, takeProof } from "./proof";
import { rememberDevice } from "./remembered";

/** `remembered`: what the browser keeps where it was asked to be remembered and may be. */
export type Completed = { sessionId: string; email: string; remembered: { token: string; days: number } | null };

/**
 * The second step of signing in: opens the session for whoever shows a factor of the person whose first step was right. It
 * works once, within ten minutes; guesses wait longer and longer, the same from everywhere.
 * @param rememberAs the browser's mark, where it asks to be remembered. One that came by a recovery code is not.
 * @throws AppError `gone` when there is nothing to complete; `unauthenticated` for a wrong proof; `rate_limited`.
 */
export async function completeSignIn(info: RequestInfo, token: string, proof: ProofInput, rememberAs: string | null = null): Promise<Completed> {
  const found = await findPending(token);
  if (!found) throw ended();
  const ctx = systemCtx("sign-in", found.organizationId, info);
  const waiting = await read(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    return lockPending(tx, found.id);
  });
  if (!waiting) throw ended();
  const gates = factorGates(waiting.personId);
  const wait = await pass(gates);
  if (wait) throw new AppError("rate_limited", "Too many attempts; each further one waits longer.", { retryAfterSeconds: wait.seconds });
  const done = await transact(ctx, async (tx): Promise<Change<Completed | "ended" | "wrong">> => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const row = await lockPending(tx, found.id);
    if (!row) return { value: "ended", audit: noAudit("completed, or too old, meanwhile") };
    const { personId, email, name } = row;
    const factor = (await takeProof(tx, { organizationId: found.organizationId, personId, boundTo: row.id }, proof, "sign_in"))?.method;
    if (!factor) {
      const resource = { type: "person", id: personId, name: email };
      return { value: "wrong", audit: { action: "sessions.sign_in_refused", resource, details: { reason: "wrong second factor", method: proof.method }, outcome: "blocked" } };
    }
    await endPending(tx, row.id);
    const opened = await openSession(tx, ctx, { id: personId, email, name }, { method: row.method, factor, while: samePassword(row.passwordDigest), ssoLoginId: row.ssoLoginId });
    const remembered = rememberAs && factor !== "recovery" ? await rememberDevice(tx, ctx, { personId, deviceId: rememberAs }) : null;
    const audit: AuditEntry[] = [opened.audit];
    if (remembered) audit.push({ action: "sessions.browser_remembered", by: opened.audit.by, resource: { type: "person", id: personId, name: email }, details: { days: remembered.days } });
    return { value: { sessionId: opened.sessionId, email, remembered }, audit, send: opened.send };
  }).catch(async (error: unknown) => {
    if (!(error instanceof NotAdmitted)) throw error;
    await error.record();
    if (error instanceof OutsideNetwork) throw await error.told();
    return "ended" as const;
  });
  if (done === "ended") throw ended();
  if (done === "wrong") throw new AppError("unauthenticated", "This was not accepted.", { hint: "Codes are good once; wait for the next one." });
  await succeed(gates);
  return done;
}

export function ended(): AppError {
  return new AppError("gone", "This sign-in has ended.", { hint: "Sign in again." });
}
