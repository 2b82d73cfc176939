import { and, eq, gt, sql } from "drizzle-orm";
import { budget, budgetWindow } from "@/db/schema/budget";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { raiseDigest } from "@/lib/budgets/raise-digest";
import { AppError, conflict } from "@/lib/errors";
import { oneIsEnough } from "./one-is-enough";
import type { ApprovalRow } from "./row";

const mostMicros = 9_000_000_000_000_000;

/** `amountMicros`: what was approved of it. */
type Raise = Pick<ApprovalRow, "budgetRequest" | "amountMicros" | "digest" | "reason" | "requesterPersonId" | "requesterAgentId" | "keyMakerId">;

/**
 * Raises one window of one budget by what was approved; the next window begins at the cap again. The stored request must
 * still be what its digest says.
 * @throws AppError `conflict`.
 */
export async function raiseBudget(tx: Tx, row: Raise): Promise<AuditEntry> {
  const { budgetRequest: request, amountMicros } = row;
  if (!request) throw conflict("This request asks for no money.");
  if (!raiseDigest(request, row, row.reason).equals(row.digest) || amountMicros > request.amountMicros) {
    throw conflict("The stored request is not the one that was shown.", "Tell an admin: it was changed outside of the portal.");
  }
  const [raised] = await tx
    .update(budgetWindow)
    .set({ raisedMicros: sql`${budgetWindow.raisedMicros} + ${amountMicros}` })
    .where(and(eq(budgetWindow.id, request.windowId), gt(budgetWindow.endsAt, sql`now()`), sql`${budgetWindow.raisedMicros} + ${amountMicros} <= ${mostMicros}`))
    .returning({ raisedMicros: budgetWindow.raisedMicros, endsAt: budgetWindow.endsAt });
  if (!raised) throw conflict("This budget window has ended or cannot be raised by so much.", "Reject it; the requester can ask again.");
  const [of] = await tx.select({ scopeType: budget.scopeType, workspaceId: budget.workspaceId, capMicros: budget.capMicros }).from(budget).where(eq(budget.id, request.budgetId));
  return {
    action: "budgets.raised",
    resource: { type: "budget", id: request.budgetId, name: `${of?.scopeType ?? "unknown"} budget`, workspaceId: of?.workspaceId ?? null },
    details: {
      windowId: request.windowId,
      windowEndsAt: raised.endsAt.toISOString(),
      capMicros: of?.capMicros ?? 0,
      askedMicros: request.amountMicros,
      before: { raisedMicros: raised.raisedMicros - amountMicros },
      after: { raisedMicros: raised.raisedMicros },
    },
  };
}

/**
 * What of the money that was asked for a decision is about: all of it, unless somebody who decides alone approves less. Nobody
 * has to accept that, since with less nothing happens but that there is less to spend.
 * @throws AppError `invalid_input`; `conflict` where several people must agree, who agree on what was asked.
 */
export function approvedMicros(row: Pick<ApprovalRow, "kind" | "amountMicros" | "plan">, given: { decision: string; breakGlass: boolean; amountMicros?: number | undefined }): number {
  if (given.amountMicros === undefined || given.amountMicros === row.amountMicros) return row.amountMicros;
  const wrong = (text: string) => new AppError("invalid_input", `The amount ${text}.`, { fields: { amountMicros: text } });
  if (row.kind !== "budget" || given.decision !== "approved") throw wrong("belongs to a yes to a request for money");
  if (given.amountMicros > row.amountMicros) throw wrong("may only be less than was asked for");
  if (!oneIsEnough(row.plan) || given.breakGlass) throw conflict("Several people must agree on this request, so nobody changes it alone.", "Reject it and say in the reason what would be approved.");
  return given.amountMicros;
}
