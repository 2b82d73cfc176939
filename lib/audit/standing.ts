import type { Ctx } from "@/lib/ctx/ctx";
import { auditKey } from "./keys";
import { lastVerification, type RecordedVerification } from "./record-verification";
import { latestCheckpoint, streamEvents, streamHead } from "./stream";
import { StreamCheck, type StreamProblem } from "./stream-check";
import { trustCheckpoint } from "./trusted-checkpoint";

export type AuditStanding = {
  /** Events up to here are signed, or were recomputed just now. */
  verifiedTo: number;
  at: Date;
  /** The number of events there are. */
  head: number;
  checkpoint: { size: number; at: Date; note: string } | null;
  problem: StreamProblem | null;
  /** The last time that somebody had the whole stream verified. */
  full: RecordedVerification | null;
  /** The public key, in the form that the offline verifier takes. */
  key: string;
};

/** At most so many events after the checkpoint are recomputed while a page waits. */
const tailLimit = 2_000;

/**
 * How the stream stands, at once for any number of events: the latest checkpoint's signature is checked, and what came
 * after it is recomputed. Every event before was recomputed when it was signed; `verify` does all of it again.
 */
export async function auditStanding(ctx: Ctx): Promise<AuditStanding> {
  const key = auditKey();
  const full = await lastVerification(ctx);
  const head = await streamHead(ctx);
  const row = await latestCheckpoint(ctx);
  const at = new Date();
  const standing = { at, head: head.seq, checkpoint: row && { size: row.treeSize, at: row.createdAt, note: row.note }, full, key: key.text };
  const trusted = row && trustCheckpoint(row, key);
  if (trusted && !trusted.ok) {
    const message = `The checkpoint at event ${row.treeSize} is not to be trusted: ${trusted.reason}.`;
    return { ...standing, verifiedTo: 0, problem: { seq: row.treeSize, kind: "checkpoint", message } };
  }
  const check = new StreamCheck(ctx.organizationId, trusted?.state);
  const end = Math.min(head.seq, check.seq + tailLimit);
  for await (const page of streamEvents(ctx, check.seq, end)) {
    for (const [place, event] of page.entries()) {
      const problem = check.take(event, page[place + 1]);
      if (problem) return { ...standing, verifiedTo: check.seq, problem };
    }
  }
  const gone = check.seq < end || head.stored < (row?.treeSize ?? 0);
  const problem: StreamProblem | null = gone ? { seq: check.seq + 1, kind: "missing", message: `The stream ends at event ${head.stored}, but more were appended: the newest are missing.` } : null;
  return { ...standing, verifiedTo: check.seq, problem: problem ?? (full?.problem ? full.problem : null) };
}
