import { and, eq, isNull, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { inputFiles, parseSandboxArguments } from "@/lib/actions/sandbox-arguments";
import type { AuditEntry } from "@/lib/audit/actions";

/**
 * Notes once that the runner has a run, whoever learns of it first: the runner's own answer may be lost, and then its first
 * output or its result tells. Empty when it was noted before.
 */
export async function noteDispatch(tx: Tx, runId: string): Promise<AuditEntry[]> {
  const [noted] = await tx
    .update(run)
    .set({ status: sql`case when ${run.status} = 'running' then 'running' else 'dispatched' end`, reason: "", dispatchedAt: sql`now()` })
    .where(and(eq(run.id, runId), isNull(run.finishedAt), isNull(run.dispatchedAt)))
    .returning({ workspaceId: run.workspaceId, actionId: run.actionId, language: run.language, wallTimeLimitMs: run.wallTimeLimitMs });
  if (!noted) return [];
  const [stored] = await tx.select({ arguments: action.arguments }).from(action).where(eq(action.id, noted.actionId));
  const files = stored ? inputFiles(parseSandboxArguments(JSON.parse(stored.arguments))) : [];
  return [
    {
      action: "runs.dispatched",
      resource: { type: "run", id: runId, name: noted.language, workspaceId: noted.workspaceId },
      details: { actionId: noted.actionId, wallTimeLimitMs: noted.wallTimeLimitMs, files: files.map(({ name, sha256 }) => ({ name, sha256 })) },
    },
  ];
}
