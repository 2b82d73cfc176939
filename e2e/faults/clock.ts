import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "postgres";
import { PATIENCE_MS } from "./agent";
import { thresholdsUntold } from "./promises";

const minute = "* * * * *";

/** The clocks that a story cannot wait a minute for. */
const expressions = { "expire-approvals": minute, "expire-reservations": minute, "checkpoint-audit": minute } as const;
export type Clock = keyof typeof expressions;

/** Has a clock tick now, beside its own ticks, unless it is at work; the database may be dead at this moment. */
export async function tick(sql: Sql, clock: Clock): Promise<void> {
  const functionId = `countersign-${clock}`;
  const payload = JSON.stringify({ functionId, expression: expressions[clock] });
  await untilAnswered(
    () => sql`
      select graphile_worker.add_job('cron', ${payload}::text::json, job_key => ${`tick:${clock}`}, run_at => date_trunc('milliseconds', now()))
      where not exists (select from engine.run where function_id = ${functionId} and status = 'running')`,
  );
}

/** Has the audit signed up to where it is now. */
export async function sign(sql: Sql): Promise<void> {
  const ask = () => sql<{ events: number; signed: number }[]>`
    select (select coalesce(max(seq), 0)::int from audit_head) as events, (select coalesce(max(tree_size), 0)::int from audit_checkpoint) as signed`;
  const [before] = await untilAnswered(ask);
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const [now] = await untilAnswered(ask);
    if (now && before && now.signed >= before.events) return;
    if (Date.now() > until) throw new Error(`of ${before?.events} events ${now?.signed} are signed, however often the clock ticks`);
    await tick(sql, "checkpoint-audit");
  }
}

/** Moves everything that an action waits for into the past, as time would. */
export async function passTime(sql: Sql, actionId: string): Promise<void> {
  await untilAnswered(() =>
    sql.begin(async (tx) => {
      await tx`update reservation set expires_at = now() - interval '1 second' where action_id = ${actionId}`;
      await tx`update approval set expires_at = now() - interval '1 second' where action_id = ${actionId} and status = 'pending'`;
      await tx`update action set grant_expires_at = now() - interval '1 second' where id = ${actionId} and grant_expires_at is not null`;
    }),
  );
}

/** Waits until those who must know of a threshold have their mail. */
export async function tellThresholds(sql: Sql): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const [open] = await untilAnswered(() => thresholdsUntold(sql));
    if (!open) return;
    if (Date.now() > until) throw new Error(`a threshold was reached and nobody was told: ${JSON.stringify(open)}`);
  }
}

/** As if the day were over that failed sign-ins are counted. */
export async function forgetTries(sql: Sql): Promise<void> {
  await untilAnswered(() => sql`delete from rate_limit where key like 'sign-in%'`);
}

async function untilAnswered<T>(ask: () => PromiseLike<T>): Promise<T> {
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(100)) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
