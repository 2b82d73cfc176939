import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { mail } from "@/db/schema/message";
import { person } from "@/db/schema/people";
import { sqlState } from "@/db/error";
import { inTenant, type Tx } from "@/db/tenant";

useTestDatabase();

/** Everything that a log or a job engine could make of an error. */
function written(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), error.cause ? written(error.cause) : ""].join("\n");
}

const organizationId = newId();
const failed = (work: (tx: Tx) => Promise<unknown>) => inTenant(database(), organizationId, work).catch((error: unknown) => error);

it.each<[string, (tx: Tx) => Promise<unknown>]>([
  ["23514", (tx) => tx.insert(person).values({ id: newId(), organizationId, email: "UPPER-secret-7f3a@example.test", name: "x", status: "active" })],
  ["42501", (tx) => tx.insert(mail).values({ id: newId(), organizationId: newId(), dedupeKey: "k", recipient: "r", subject: "s", text: "/invitation/secret-7f3a", status: "queued" })],
  ["22P02", (tx) => tx.execute(sql`select ${"\u0020secret"}::text, ${JSON.stringify({ token: "secret-7f3a" })}::text::int`)],
])("an error %s says which query failed, and none of its values", async (code, work) => {
  const error = await failed(work);
  expect(sqlState(error)).toBe(code);
  const text = written(error).replace(/invalid input syntax[^\n]*/g, "");
  expect(text).toContain("Failed query");
  expect(text).not.toContain("secret-7f3a");
});
