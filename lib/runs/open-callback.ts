import { eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { run, runnerNonce } from "@/db/schema/run";
import { inTenant, type Tx } from "@/db/tenant";
import { recordEvent } from "@/lib/audit/record";
import type { Ctx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { auditQuota } from "@/lib/requests/quota";
import { EnvelopeRejected, openEnvelope, type Purpose, type RejectionReason } from "@/runner/contract/signing";
import { runnerKey } from "./keys";

/** What makes an envelope single-use. */
export type Once = { nonce: string; expiresAt: Date };

/** Who knows a run's id, as its agent does, could fill the audit with forgeries; the log has them all. */
const quota = auditQuota(60);
/** A runner whose clock is wrong says the same again and again. */
const clockQuota = auditQuota(1);

const Named = z.object({ body: z.object({ runId: z.uuid() }) });

/**
 * Opens what claims to come from the runner. The tenant is that of the run as the portal knows it; signature, purpose,
 * and time are checked, and the job's nonce must be the one that was dispatched. What fails is recorded.
 * @throws AppError `not_found` for a run that was never dispatched, `forbidden` for anything forged, `unavailable`
 * where it is signed rightly and the clocks differ.
 */
export async function openCallback<T extends { runId: string; jobNonce: string }>(
  schema: z.ZodType<T>,
  purpose: Purpose,
  envelope: unknown,
  requestId: string,
): Promise<{ ctx: Ctx; body: T; once: Once }> {
  const named = Named.safeParse(envelope);
  if (!named.success) throw new AppError("invalid_input", "This is not a signed callback of a runner.");
  const runId = named.data.body.runId;
  const [found] = await database().sql<{ organization: string | null }[]>`select gate_run(${runId}) as organization`;
  if (!found?.organization) throw new AppError("not_found", "There is no such run.");
  const ctx = systemCtx("runner", found.organization, requestId);
  let once: Once | undefined;
  const seen = {
    remember: async (nonce: string, expiresAt: Date) => {
      once = { nonce, expiresAt };
      return true;
    },
  };
  try {
    const body = schema.parse(await openEnvelope(runnerKey(), purpose, envelope, { seen }));
    await requireDispatched(ctx, body);
    if (!once) throw new Error("an envelope was opened without its nonce");
    return { ctx, body, once };
  } catch (error) {
    const reason = refusalOf(error);
    // What failed on our side is no refusal: the runner keeps a result until it is taken, and sends it again.
    if (reason === null) throw error;
    log.warn({ runId, reason }, "a runner's callback was refused");
    const atAnotherTime = error instanceof EnvelopeRejected && clockReasons.has(error.reason);
    if ((atAnotherTime ? clockQuota.take(runId) : quota.take(ctx.organizationId)) !== null) {
      const resource = { type: "run", id: runId, name: "run" };
      await recordEvent(ctx, { action: "runner.callback_refused", resource, details: { reason, purpose }, outcome: "blocked" });
    }
    if (atAnotherTime) throw clocksDiffer(error);
    throw new AppError("forbidden", `The callback was refused: ${reason}.`, { cause: error });
  }
}

/** Signed rightly, but at a time that is not ours. */
const clockReasons = new Set<string>(["expired", "not_yet_valid"] satisfies RejectionReason[]);

/**
 * A result is not thrown away because a clock is wrong, here or there: the runner signs anew each time that it tells it,
 * and goes on until it is taken.
 */
function clocksDiffer(cause: EnvelopeRejected): AppError {
  return new AppError("unavailable", `The callback was not taken: its times do not fit this portal's clock (${cause.reason}).`, {
    hint: "Set the clocks of the portal and of the runner right; the runner tells it again by itself.",
    retryAfterSeconds: 5,
    cause,
  });
}

function refusalOf(error: unknown): string | null {
  if (error instanceof EnvelopeRejected) return error.reason;
  if (error instanceof z.ZodError) return "malformed";
  return error instanceof AppError && error.code === "forbidden" ? error.message : null;
}

/**
 * Takes the envelope's nonce in the transaction of what it causes: a callback that failed half-way may be sent again, one
 * that was taken may not.
 * @throws AppError `conflict` for a replay.
 */
export async function takeOnce(tx: Tx, organizationId: string, once: Once): Promise<void> {
  await tx.delete(runnerNonce).where(lt(runnerNonce.expiresAt, sql`now() - interval '1 hour'`));
  const added = await tx.insert(runnerNonce).values({ organizationId, ...once }).onConflictDoNothing().returning({ nonce: runnerNonce.nonce });
  if (added.length === 0) throw new AppError("conflict", "This callback was taken before.");
}

async function requireDispatched(ctx: Ctx, body: { runId: string; jobNonce: string }): Promise<void> {
  const [row] = await inTenant(database(), ctx.organizationId, (tx) => tx.select({ jobNonce: run.jobNonce }).from(run).where(eq(run.id, body.runId)));
  if (!row?.jobNonce || row.jobNonce !== body.jobNonce) throw new AppError("forbidden", "the run was not dispatched with this nonce");
}
