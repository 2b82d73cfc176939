import type postgres from "postgres";
import { BrowserDoor } from "./browser-door";
import type { readDemo } from "./installation";

/** What a month may cost while the soak goes on: far more than it comes to, so that no cap ends it. */
const capMicros = 100_000_000_000;

/** The person of finance sets every budget higher, as they would before such a month. */
export async function raiseBudgets(url: string, demo: ReturnType<typeof readDemo>, admin: postgres.Sql): Promise<void> {
  const finance = await BrowserDoor.signIn(url, demo.person("billing_admin"));
  const budgets = await admin`
    select scope_type as "scopeType", scope_id as "scopeId", period, time_zone as "timeZone", hard, thresholds from budget where archived_at is null`;
  for (const budget of budgets) await finance.act("/budgets/new", "app/(portal)/budgets/actions.ts#set", { ...budget, capMicros });
}
