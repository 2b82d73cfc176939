import type { Ctx } from "@/lib/ctx/ctx";
import { auditKey } from "./keys";
import { lastVerification } from "./record-verification";
import { checkpointUpTo } from "./stream";
import { trustCheckpoint } from "./trusted-checkpoint";
import { verify, type VerifyResult } from "./verify";

/** So that a night's work does not grow with the years. */
const eventsPerNight = 1_000_000;

/**
 * Recomputes the whole stream, or of a longer one the next part: it goes on from the last signed checkpoint before the place
 * where the verification before it stopped, and begins anew after the end. Only a checkpoint whose signature fits is gone on
 * from; where there is none, as after a change of the key, everything is recomputed at once.
 */
export async function verifyNightly(ctx: Ctx, most = eventsPerNight): Promise<VerifyResult> {
  const last = await lastVerification(ctx);
  const unfinished = last && !last.problem && last.head !== undefined && last.verifiedTo < last.head;
  if (!unfinished) return verify(ctx, { most });
  const row = await checkpointUpTo(ctx, last.verifiedTo);
  const trusted = row && trustCheckpoint(row, auditKey());
  // From a checkpoint that lies further back than a night's work the next night would not come further than this one.
  return verify(ctx, trusted?.ok && trusted.state.seq > last.verifiedTo - most ? { from: trusted.state, most } : {});
}
