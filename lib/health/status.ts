import { authorize } from "@/lib/ability/authorize";
import { lastVerification } from "@/lib/audit/record-verification";
import type { Ctx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { describe } from "@/lib/runs/health";
import { runnerHealth } from "@/lib/runs/runner-client";
import { places } from "@/lib/geo/database";
import { read } from "@/lib/transact";
import { absent } from "./absent";
import { connections } from "./connections";
import { databaseState } from "./database";
import { engineQueue, engineState } from "./engine";
import { figures } from "./figures";
import { judgeAudit } from "./parts/audit";
import { type DatabaseReading, judgeDatabase } from "./parts/database";
import { judgeEngine } from "./parts/engine";
import { judgeMail } from "./parts/mail";
import { judgePlaces } from "./parts/places";
import { judgeOutbox } from "./parts/outbox";
import type { Part } from "./parts/part";
import { judgePortal, readPortal } from "./parts/portal";
import { judgeRunner } from "./parts/runner";
import { within } from "./within";

const timeoutMs = 3_000;

export type SystemStatus = { at: Date; parts: Part[] };

/**
 * How every part of the installation stands, what that means and what to do: for whoever runs it. Counts are over all
 * organizations, without a name or an id; the verification is the reader's own organization's.
 */
export async function systemStatus(ctx: Ctx): Promise<SystemStatus> {
  await read(ctx, async (tx) => authorize(tx, ctx, "platform", "view", { workspaceId: null }));
  const at = new Date();
  const [db, counts, state, queue, report, verification] = await Promise.all([
    readDatabase(),
    figures(timeoutMs).catch(absent),
    engineState(timeoutMs),
    engineQueue(timeoutMs),
    runnerHealth(),
    lastVerification(ctx),
  ]);
  const { INNGEST_BASE_URL, RUNNER_URL, SMTP_URL, AUDIT_PRIVATE_KEY_FILE } = env();
  const engine = judgeEngine({ address: INNGEST_BASE_URL ?? null, ...state, queue });
  const parts = [judgePortal(readPortal()), judgeDatabase(db), engine];
  const countries = judgePlaces(places()?.places ?? null, at.getTime());
  if (!counts) return { at, parts: [...parts, countries] };
  const { of } = counts;
  const waiting = of("runs_open", "waiting_for_runner");
  const open = counts.list.filter(({ figure }) => figure === "runs_open").reduce((sum, { value }) => sum + value, 0);
  return {
    at,
    parts: [
      ...parts,
      judgeOutbox({ waiting: of("outbox_waiting"), oldestSeconds: of("outbox_oldest_seconds") }),
      judgeRunner({ report, told: describe(report, RUNNER_URL), waiting, open }),
      judgeAudit({
        events: of("audit_events"), lagEvents: of("checkpoint_lag_events"), lagSeconds: of("checkpoint_lag_seconds"), signed: AUDIT_PRIVATE_KEY_FILE !== undefined, verification,
      }, at.getTime()),
      judgeMail({ configured: SMTP_URL !== undefined, queued: of("mail_unsent", "queued"), failed: of("mail_unsent", "failed") }),
      countries,
    ],
  };
}

async function readDatabase(): Promise<DatabaseReading> {
  const state = await databaseState(timeoutMs);
  const began = performance.now();
  const answered = await within(timeoutMs, database().sql`select 1`).catch(absent);
  const latencyMs = performance.now() - began;
  return { state, latencyMs, connections: answered && (await connections(timeoutMs).catch(absent)), pool: env().DATABASE_POOL };
}
