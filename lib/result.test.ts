import { expect, it } from "vitest";
import { z } from "zod";
import { listAgents } from "@/lib/agents/list";
import { loadAgent } from "@/lib/agents/load";
import { searchAudit } from "@/lib/audit/search";
import { database } from "@/lib/database";
import { listPeople } from "@/lib/people/list";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { invalidInput, toAppError } from "./result";

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

it("takes a database that is too busy for a moment for that, and not for a fault of our own", async () => {
  const slow = database().sql.begin(async (sql) => {
    await sql`set local statement_timeout = 1`;
    await sql`select pg_sleep(60)`;
  });
  const error = await slow.then(() => null, (cause: unknown) => toAppError(cause, "r"));
  expect(error).toMatchObject({ code: "unavailable", status: 503, retryAfterSeconds: 5 });
});

it("names no more fields, and no longer ones, than anybody reads", () => {
  const wrong = z.strictObject({}).safeParse({ ["k".repeat(1_000_000)]: 1, ...Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`k${i}`, i])) });
  const { fields = {}, message } = invalidInput(wrong.error ?? new z.ZodError([]));
  expect([Object.keys(fields).length, JSON.stringify(fields).length < 5_000, message.length < 300]).toEqual([50, true, true]);
});
