import { sqlState } from "@/db/error";
import { appendAlone } from "@/db/stream/append";
import type { Ctx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { groupCommit } from "@/lib/group-commit";
import type { AuditEntry } from "./actions";
import { auditBody } from "./append";

/**
 * Half of what waits is written while callers make the other half ready, so that neither side waits for the other: the
 * batches are smaller than what is in flight under load.
 */
const append = groupCommit<string, void>({
  name: "audit events",
  maxBatch: 96,
  maxWaiting: 10_000,
  commit: async (organizationId, bodies) => {
    await appendAlone(database(), organizationId, bodies);
    return bodies.map(() => ({ ok: true, value: undefined }));
  },
  splitOn: (error) => /^2[23]/.test(sqlState(error) ?? ""),
});

/**
 * Records an event that stands alone, with no change of any row beside it: what was refused, or looked at. It is durable
 * when this resolves. Events of one organization are written in groups, since each group queues for the chain's head:
 * somebody who has many requests refused cannot keep the others' decisions waiting.
 */
export function recordEvent(ctx: Ctx, entry: AuditEntry): Promise<void> {
  return append(ctx.organizationId, auditBody(ctx, entry));
}
