import { isDeepStrictEqual } from "node:util";
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { authorize } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { noteCrossings } from "@/lib/budgets/alert";
import { settleReservation } from "@/lib/budgets/settle";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { settleTokens } from "@/lib/rates/settle-tokens";
import { type AppError, conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { cleanText, microsSchema } from "@/lib/text";
import { transact } from "@/lib/transact";
import { chargeAdvance } from "./charge-advance";
import { type ActionView, tokensSchema } from "./schemas";
import { actionView, selectActions, type ActionRow } from "./view";

export const ReportOutcomeInput = z.strictObject({
  id: z.uuid(),
  status: z.enum(["succeeded", "failed"]),
  /** What it really cost. */
  costMicros: microsSchema,
  /** Tokens of language models that it really used, in and out together. Left out: as many as were expected. */
  tokens: tokensSchema.optional(),
  summary: cleanText({ min: 0, max: 2000, lines: true }).default(""),
  /** SHA-256 of what the tool gave back, hexadecimal, where the agent keeps it. */
  outputSha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits").optional(),
});
export type ReportOutcomeInput = z.infer<typeof ReportOutcomeInput>;

/**
 * The agent says how its own tool call ended; the reservation is settled at the real cost. Once per action: the same report
 * again, from an agent that did not get the answer, has the same answer and changes nothing.
 * @throws AppError `conflict` for another outcome than the one that stands.
 */
export async function reportOutcome(ctx: AgentCtx, input: ReportOutcomeInput): Promise<ActionView> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "actions", "report", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const [row] = await selectActions(tx, and(eq(action.id, input.id), eq(action.agentId, ctx.actor.id)));
    if (!row) throw notFound("action");
    if (row.runId) throw conflict("The portal reports this action's outcome itself: it runs in the sandbox.");
    const outcome = { summary: input.summary, ...(input.outputSha256 ? { outputSha256: input.outputSha256 } : {}) };
    const [ended] = await tx
      .update(action)
      .set({ status: input.status, actualCostMicros: input.costMicros, actualTokens: input.tokens ?? null, outcome, endedAt: sql`now()` })
      .where(and(eq(action.id, row.id), eq(action.status, "running")))
      .returning({ endedAt: action.endedAt });
    if (!ended) {
      // Read again: the first of two reports may have committed since.
      const [now] = await selectActions(tx, eq(action.id, row.id));
      if (now && isSameReport(now, input, outcome)) return { value: actionView(now), audit: noAudit("the same outcome was reported before") };
      throw refusal(now?.status ?? row.status);
    }
    const settled = await settleReservation(tx, row.id, input.costMicros);
    const overspent = await chargeAdvance(tx, row, input.costMicros);
    if (input.tokens !== undefined) await settleTokens(tx, row, input.tokens);
    const alerts = await noteCrossings(tx, ctx.organizationId, settled?.crossings ?? []);
    publish(tx, ctx.organizationId, `action:${row.id}`);
    publish(tx, ctx.organizationId, `tasks:${row.agentId}`);
    return {
      value: actionView({ ...row, status: input.status, actualCostMicros: input.costMicros, actualTokens: input.tokens ?? null, outcome, endedAt: ended.endedAt }),
      audit: [
        {
          action: "actions.completed",
          resource: { type: "action", id: row.id, name: `${row.tool} ${row.operation}`, workspaceId: row.workspaceId },
          details: {
            status: input.status, actualCostMicros: input.costMicros, reservedMicros: settled?.reservedMicros ?? 0,
            overrunMicros: settled?.overrunMicros ?? 0, ...(input.tokens === undefined ? {} : { tokens: input.tokens }), outputSha256: input.outputSha256 ?? null, digest: row.digest.toString("hex"),
            // The yes in advance that this one went beyond, and that is over by it.
            ...(overspent ? { ended: overspent } : {}),
          },
          outcome: input.status === "succeeded" ? "success" : "failure",
          severity: overspent || (settled && settled.overrunMicros > 0) ? "warning" : "info",
        },
        ...alerts.audit,
      ],
      send: alerts.send,
    };
  });
}

function isSameReport(row: ActionRow, input: ReportOutcomeInput, outcome: Record<string, unknown>): boolean {
  return row.status === input.status && row.actualCostMicros === input.costMicros && row.actualTokens === (input.tokens ?? null) && isDeepStrictEqual(row.outcome, outcome);
}

function refusal(status: ActionRow["status"]): AppError {
  if (status === "allowed" || status === "pending_approval") return conflict(`This action is ${status}; its outcome is reported after its grant was taken.`, "Take the grant first (POST /grant).");
  return conflict(`This action is ${status} already, and that is not what is reported now.`, "An outcome is reported once and is not changed; the same report again is answered as before.");
}
