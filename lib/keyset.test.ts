import { describe, expect, it } from "vitest";
import { workspace } from "@/db/schema/organization";
import { inTenant } from "@/db/tenant";
import { database } from "./database";
import { newId } from "./id";
import { keysetPage, type PageRequest } from "./keyset";
import { useTestDatabase } from "./testing/database";
import { tenant } from "./testing/tenant";

useTestDatabase();

const names = Array.from({ length: 7 }, (_, i) => `w${i}`);

async function filled() {
  const { organizationId } = await tenant();
  const createdAt = new Date("2026-01-01T00:00:00.123Z");
  await inTenant(database(), organizationId, (tx) =>
    // All made in the same millisecond, so that only the id orders them.
    tx.insert(workspace).values(names.map((name) => ({ id: newId(), organizationId, name, slug: name, createdAt }))),
  );
  return (request: PageRequest, column: typeof workspace.createdAt | typeof workspace.name, direction: "asc" | "desc") =>
    inTenant(database(), organizationId, (tx) =>
      keysetPage(
        { column, id: workspace.id, direction },
        request,
        ({ where, orderBy, limit }) => tx.select().from(workspace).where(where).orderBy(...orderBy).limit(limit),
        (row) => ({ value: column.name === "name" ? row.name : row.createdAt, id: row.id }),
      ),
    );
}

describe("keysetPage", () => {
  it.each([
    ["createdAt", "asc"],
    ["createdAt", "desc"],
    ["name", "asc"],
    ["name", "desc"],
  ] as const)("gives every row once and the way back, by %s %s", async (name, direction) => {
    const page = await filled();
    const column = workspace[name];
    const forward: string[][] = [];
    let after: string | null = null;
    let previous: string | null = null;
    do {
      const found = await page({ after, size: 3 }, column, direction);
      forward.push(found.rows.map((row) => row.id));
      ({ next: after, previous } = found);
    } while (after);
    expect(forward.map((rows) => rows.length)).toEqual([3, 3, 2]);
    expect(new Set(forward.flat()).size).toBe(8);
    const back: string[][] = [];
    while (previous) {
      const found = await page({ before: previous, size: 3 }, column, direction);
      back.unshift(found.rows.map((row) => row.id));
      previous = found.previous;
    }
    expect(back).toEqual(forward.slice(0, 2));
  });

  it("refuses a cursor that it did not give", async () => {
    const page = await filled();
    const foreign = [`x`, Buffer.from("[1]").toString("base64url"), Buffer.from(`["a","${newId()}"]`).toString("base64url")];
    for (const after of foreign) {
      await expect(page({ after }, workspace.createdAt, "asc")).rejects.toMatchObject({ code: "invalid_input" });
    }
  });
});
