import { CronExpressionParser } from "cron-parser";
import type { Change } from "./change";
import { firstResult } from "./ingest";
import { addJob } from "./jobs";
import { json } from "./json";
import { maxTickDelayMs } from "./limits";
import { ulid } from "./identifiers";
import type { EngineEvent } from "./protocol";
import { createRun } from "./runs";

/** The next tick of a cron expression after a time. Five fields, in UTC unless `TZ=<zone> ` stands before them. */
export function nextTick(expression: string, after: Date): Date {
  const [, tz = "UTC", fields = ""] = /^(?:TZ=(\S+)\s+)?(.*)$/.exec(expression.trim()) ?? [];
  if (fields.split(/\s+/).length !== 5) throw new Error(`The cron expression "${expression}" must have five fields`);
  return CronExpressionParser.parse(fields, { tz, currentDate: after }).next().toDate();
}

/** Throws unless the text is a cron expression. */
export function requireCron(expression: string): void {
  nextTick(expression, new Date());
}

/** Books the next tick of a function's cron trigger; with `keepRunAt` a tick that is booked already stays. */
export async function scheduleCron(
  change: Change,
  functionId: string,
  expression: string,
  options: { keepRunAt?: boolean; after?: Date } = {},
): Promise<void> {
  await addJob(change, "cron", { functionId, expression }, {
    key: `cron:${functionId}:${expression}`,
    runAt: nextTick(expression, options.after ?? new Date()),
    keepRunAt: options.keepRunAt,
  });
}

/**
 * Starts the run of one tick, at most once for each, and books the next. A tick that comes more than a minute late,
 * as after a stop of the engine, is skipped. Returns the run's id when it started one.
 */
export async function tick(
  change: Change,
  functionId: string,
  expression: string,
  dueAt: Date,
): Promise<string | undefined> {
  const config = change.engine.registry.find(functionId);
  const isBooked = config?.triggers.some((trigger) => "cron" in trigger && trigger.cron === expression);
  if (!config || !isBooked) return undefined;
  const now = new Date();
  await scheduleCron(change, functionId, expression, { after: now > dueAt ? now : dueAt });
  if (now.getTime() - dueAt.getTime() > maxTickDelayMs) return undefined;
  const id = ulid();
  const key = `cron:${functionId}:${expression}:${dueAt.toISOString()}`;
  if (await firstResult(change, key, id)) return undefined;
  const event: EngineEvent = { id, name: "inngest/scheduled.timer", data: { cron: expression }, ts: dueAt.getTime() };
  const { sql } = change;
  await sql`INSERT INTO engine.event (id, name, payload) VALUES (${id}, ${event.name}, ${json(sql, event)})`;
  return await createRun(change, config, event, id);
}
