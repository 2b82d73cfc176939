import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { run, runFile } from "@/db/schema/run";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";
import type { ResultCallback } from "@/runner/contract/schemas";
import { sandboxCostMicros } from "./cost";
import { endRun } from "./end-run";
import { lockActionOf } from "./lock";
import { noteDispatch } from "./note-dispatch";
import { takeOnce, type Once } from "./open-callback";

/**
 * The runner's last word on a run: files stored with their hashes, the real cost settled, the run ended.
 * @returns false when the run had ended already; then nothing is changed.
 */
export async function recordResult(ctx: Ctx, input: ResultCallback, once: Once): Promise<boolean> {
  const files = input.files.map((file) => {
    const content = Buffer.from(file.contentBase64, "base64");
    if (createHash("sha256").update(content).digest("hex") !== file.sha256 || content.byteLength !== file.size) {
      throw new AppError("invalid_input", `The file ${file.name} is not what its hash says.`);
    }
    return { id: newId(), organizationId: ctx.organizationId, runId: input.runId, direction: "out" as const, name: file.name, size: file.size, sha256: file.sha256, content };
  });
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "actions", "report");
    await takeOnce(tx, ctx.organizationId, once);
    await lockActionOf(tx, input.runId);
    const [current] = await tx.select({ secondMicros: run.secondMicros, limitMs: run.wallTimeLimitMs }).from(run).where(eq(run.id, input.runId)).for("update");
    if (!current) throw notFound("run");
    const noted = await noteDispatch(tx, input.runId);
    const ended = await endRun(tx, ctx.organizationId, input.runId, {
      status: input.status,
      reason: input.reason,
      // Whatever a runner says it took: a run was allowed, and its money set aside, for its time limit and no more.
      costMicros: sandboxCostMicros(Math.min(input.wallTimeMs, current.limitMs), current.secondMicros),
      measured: {
        startedAt: input.startedAt ? new Date(input.startedAt) : null,
        exitCode: input.exitCode,
        wallTimeMs: input.wallTimeMs,
        cpuTimeMs: input.cpuTimeMs,
        stdoutBytes: input.stdout.bytes,
        stderrBytes: input.stderr.bytes,
        stdoutSha256: input.stdout.sha256,
        stderrSha256: input.stderr.sha256,
        truncated: input.stdout.truncated ? (input.stderr.truncated ? "both" : "stdout") : input.stderr.truncated ? "stderr" : "none",
        warnings: input.warnings,
        sandbox: input.sandbox,
      },
      evidence: {
        exitCode: input.exitCode,
        wallTimeMs: input.wallTimeMs,
        stdoutSha256: input.stdout.sha256,
        stderrSha256: input.stderr.sha256,
        files: files.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
        sandbox: input.sandbox ? `${input.sandbox.runtime} ${input.sandbox.version} ${input.sandbox.platform}` : null,
      },
    });
    if (!ended) return { value: false, audit: noAudit("it had ended already") };
    if (files.length > 0) await tx.insert(runFile).values(files);
    return { value: true, audit: [...noted, ...ended.audit], send: ended.send };
  });
}
