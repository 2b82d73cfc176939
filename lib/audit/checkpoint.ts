import { sql } from "drizzle-orm";
import { authorizeSystem } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { faultPoint } from "@/lib/fault-point";
import { log } from "@/lib/log";
import { transact } from "@/lib/transact";
import { noAudit } from "./actions";
import { auditKey } from "./keys";
import { signCheckpoint } from "./proof/checkpoint-note";
import type { MerkleFrontier } from "./proof/merkle";
import { recordVerification } from "./record-verification";
import { latestCheckpoint, streamEvents } from "./stream";
import { StreamCheck } from "./stream-check";
import { trustCheckpoint } from "./trusted-checkpoint";

/** At most so many events are taken up by one call; the next call goes on from there. */
const eventsPerCall = 200_000;

/**
 * Signs the organization's stream as it is now, if it grew since the last checkpoint. Each new event is checked before
 * it is signed; if one is not what was appended, nothing is signed and the finding becomes an event.
 * @returns the size of the tree that is signed, or null when the stream is not intact.
 */
export async function checkpoint(ctx: Ctx): Promise<{ size: number | null }> {
  const key = auditKey();
  const last = await latestCheckpoint(ctx);
  const trusted = last && trustCheckpoint(last, key);
  if (trusted && !trusted.ok && !trusted.wrongKey) {
    const problem = { seq: last?.treeSize ?? 0, kind: "checkpoint" as const, message: `The checkpoint at event ${last?.treeSize} is not to be trusted: ${trusted.reason}.` };
    await recordVerification(ctx, { verifiedTo: 0, events: 0, checkpoints: 0, problem });
    return { size: null };
  }
  // After a change of the key, the whole stream is taken up again, at once, and signed anew.
  const keyChanged = trusted !== null && !trusted.ok;
  const check = new StreamCheck(ctx.organizationId, trusted?.ok ? trusted.state : undefined);
  const from = check.seq;
  for await (const page of streamEvents(ctx, from)) {
    for (const [at, event] of page.entries()) {
      const problem = check.take(event, page[at + 1]);
      if (!problem) continue;
      await recordVerification(ctx, { verifiedTo: check.seq, events: check.seq - from, checkpoints: 0, problem });
      return { size: null };
    }
    if (!keyChanged && check.seq - from >= eventsPerCall) break;
  }
  if (check.seq === (last?.treeSize ?? 0) || check.seq === 0) return { size: check.seq };
  const { seq: size, chain, tree } = check;
  const root = tree.root();
  const note = signCheckpoint({ organizationId: ctx.organizationId, size, root, chain }, key);
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "audit", "view");
    await tx.execute(sql`select audit_add_checkpoint(${size}, ${root}, ${chain}, ${byteaArray(tree)}::bytea[], ${note})`);
    await faultPoint("checkpoint.written");
    return { value: { size }, audit: noAudit("a checkpoint that were an event would call for the next checkpoint, for ever") };
  });
}

/** Every organization's stream, one after the other. One that fails does not keep the others from being signed. */
export async function checkpointAll(): Promise<void> {
  const rows = await database().sql<{ id: string }[]>`select gate_organizations() as id`;
  for (const { id } of rows) {
    try {
      await checkpoint(systemCtx("audit", id));
    } catch (error) {
      log.error({ err: error, organizationId: id }, "the audit stream could not be signed");
    }
  }
}

function byteaArray(tree: MerkleFrontier): string {
  return `{${tree.hashes.map((hash) => `"\\\\x${hash.toString("hex")}"`).join(",")}}`;
}
