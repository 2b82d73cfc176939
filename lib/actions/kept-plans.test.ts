import { expect, it } from "vitest";
import { inTenant, prepared } from "@/db/tenant";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { SubmitActionInput } from "./schemas";
import { submitAction } from "./submit";

useTestDatabase();

const input = SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 1 });

it("looks for an earlier action by its key alone, however few actions there were when the connection planned it", async () => {
  const t = await tenant();
  const explained = () =>
    inTenant(database(), t.organizationId, async (tx) => {
      const [known] = await prepared<{ statement: string }>(tx, { text: "select statement from pg_prepared_statements where statement like $1", values: ["%as \"earlier\"%"] });
      // Another connection of the pool.
      if (!known) return null;
      const lines = await prepared<{ "QUERY PLAN": string }>(tx, { text: `explain (generic_plan) ${known.statement}`, values: [] });
      return lines.map((line) => line["QUERY PLAN"]).join("\n");
    }, { planOnce: true });
  for (let stored = 20; stored <= 180; stored += 20) {
    await Promise.all(Array.from({ length: 20 }, () => submitAction(t.agent, input, newId())));
    await expect.poll(explained).toMatch(/Index Scan using action_idempotency on action/);
  }
});
