import { expect, it } from "vitest";
import { listAgents } from "@/lib/agents/list";
import { loadAgent } from "@/lib/agents/load";
import { searchAudit } from "@/lib/audit/search";
import { listPeople } from "@/lib/people/list";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { toAppError } from "./result";

useTestDatabase();

it("takes text that no database can hold for wrong input, not for a fault of our own", async () => {
  const admin = await (await tenant()).as("organization_admin");
  const attempts = [
    listPeople(admin, { q: "\0" }), listAgents(admin, { q: "a\0" }), loadAgent(admin, { id: "nonsense" }),
    searchAudit(admin, { filter: { resource: "\0" }, size: 10 }),
  ];
  for (const attempt of await Promise.allSettled(attempts)) {
    const thrown = attempt.status === "rejected" ? attempt.reason : null;
    expect(toAppError(thrown, "r")).toMatchObject({ code: "invalid_input" });
  }
});
