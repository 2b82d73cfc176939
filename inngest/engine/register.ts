import { scheduleCron, requireCron } from "./cron";
import { change, type Engine } from "./change";
import { requireAwaitCondition, requireKey, requireTriggerCondition } from "./expression";
import { json } from "./json";
import { FunctionConfig } from "./protocol";
import { parseDue } from "./time";

/** Throws, naming the function and what is wrong, unless the engine can do all that the configuration asks for. */
export function requireSupported(raw: unknown): FunctionConfig {
  const parsed = FunctionConfig.safeParse(raw);
  const id = typeof raw === "object" && raw !== null && "id" in raw ? String(raw.id) : "?";
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw new Error(`Function "${id}" asks for what this engine does not support: ${issues}`);
  }
  try {
    requireExpressions(parsed.data);
  } catch (error) {
    throw new Error(`Function "${id}": ${error instanceof Error ? error.message : String(error)}`);
  }
  return parsed.data;
}

function requireExpressions(config: FunctionConfig): void {
  for (const trigger of config.triggers) {
    if ("cron" in trigger) requireCron(trigger.cron);
    else if (trigger.event.includes("*")) throw new Error(`The trigger "${trigger.event}" has a wildcard, which is not supported`);
    else if (trigger.expression) requireTriggerCondition(trigger.expression);
  }
  for (const { if: condition, timeout } of config.cancel) {
    if (condition) requireAwaitCondition(condition);
    if (timeout) parseDue(timeout);
  }
  for (const { key } of config.concurrency) if (key) requireKey(key);
  if (config.idempotency) requireKey(config.idempotency);
}

/**
 * Replaces the functions of an app by those given. Functions that are gone start no more runs; runs under way go on.
 * Nothing changes when one of them asks for something unsupported.
 */
export async function register(engine: Engine, app: string, functions: unknown[]): Promise<void> {
  const configs = functions.map((raw) => ({ raw, config: requireSupported(raw) }));
  await change(engine, async (current) => {
    const { sql } = current;
    await sql`UPDATE engine.function SET active = false WHERE app = ${app}`;
    for (const { raw, config } of configs) {
      await sql`
        INSERT INTO engine.function (id, app, config, active) VALUES (${config.id}, ${app}, ${json(sql, raw)}, true)
        ON CONFLICT (id) DO UPDATE SET app = excluded.app, config = excluded.config, active = true, registered_at = now()`;
      for (const trigger of config.triggers) {
        if ("cron" in trigger) await scheduleCron(current, config.id, trigger.cron, { keepRunAt: true });
      }
    }
  });
  await engine.registry.load();
}
