import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Connection } from "./client";
import { inTenant } from "./tenant";
import { createTestDatabase, type TestDatabase } from "./testing";

let made: TestDatabase;
let connection: Connection;
let admin: postgres.Sql;
const organization = "00000000-0000-7000-8000-000000000001";
const another = "00000000-0000-7000-8000-000000000002";

beforeAll(async () => {
  made = await createTestDatabase(process.env.TEST_DATABASE_URL ?? "");
  connection = connect(made.url, { max: 2 });
  admin = postgres(made.adminUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await connection.sql.end({ timeout: 5 });
  await admin.end({ timeout: 5 });
  await made.drop();
});

const tenantNow = sql`select current_setting('countersign.tenant', true) as tenant`;

function later(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** Ends the connection that the transaction holds, and waits until the server is rid of it. */
async function cut(pid: number): Promise<void> {
  await admin`select pg_terminate_backend(${pid}, 10000)`;
}

describe("a connection that is cut", () => {
  it("fails the transaction that held it, however often it still asks, and nothing else", async () => {
    const answers: string[] = [];
    const transaction = inTenant(connection, organization, async (tx) => {
      const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await cut(row?.pid ?? 0);
      for (let asked = 0; asked < 3; asked++) {
        await tx.execute(sql`select 1`).then(() => answers.push("answered"), () => answers.push("failed"));
        // Others use the pool meanwhile, and may open the same connection again.
        await connection.sql`select 1`;
      }
    });
    await expect(transaction).rejects.toThrow();
    await expect.poll(() => answers).toEqual(["failed", "failed", "failed"]);
    expect(await connection.sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it("lets no transaction go on inside another's", async () => {
    const seen: unknown[] = [];
    const over = later();
    const lost = inTenant(connection, organization, async (tx) => {
      const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await cut(row?.pid ?? 0);
      // Busy with something else while the pool opens its connections for others.
      const others = [another, another].map((id) =>
        inTenant(connection, id, async (other) => {
          await other.execute(sql`select 1`);
          seen.push(await tx.execute(tenantNow).then(() => "answered", () => "refused"));
          const [theirs] = await other.execute<{ tenant: string }>(tenantNow);
          seen.push(theirs?.tenant);
        }),
      );
      await Promise.all(others).finally(over.resolve);
    });
    await expect(lost).rejects.toThrow();
    await over.promise;
    expect(seen.toSorted()).toEqual([another, another, "refused", "refused"]);
  });

  it("is survived by hundreds under load, and every one is told", async () => {
    const rounds = Array.from({ length: 300 }, (_, at) =>
      inTenant(connection, organization, async (tx) => {
        const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid, repeat('x', 3000) as long`);
        if (at % 20 === 7) void cut(row?.pid ?? 0);
        const [again] = await tx.execute<{ tenant: string }>(tenantNow);
        return again?.tenant;
      }).catch(() => "lost"),
    );
    const ends = new Set(await Promise.all(rounds));
    expect([...ends].toSorted()).toEqual([organization, "lost"]);
    expect(await connection.sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});
