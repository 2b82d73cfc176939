import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Connection } from "./client";
import { commitWith, inTenant } from "./tenant";
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
    const cuts: Promise<void>[] = [];
    const rounds = Array.from({ length: 300 }, (_, at) =>
      inTenant(connection, organization, async (tx) => {
        const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid, repeat('x', 3000) as long`);
        if (at % 20 === 7) cuts.push(cut(row?.pid ?? 0));
        const [again] = await tx.execute<{ tenant: string }>(tenantNow);
        return again?.tenant;
      }).catch(() => "lost"),
    );
    const ends = new Set(await Promise.all(rounds));
    expect([...ends].toSorted()).toEqual([organization, "lost"]);
    // A cut may come when its transaction is over, and meet whoever has the connection then.
    await Promise.all(cuts);
    await expect.poll(() => connection.sql`select 1 as one`.catch(() => null)).toEqual([{ one: 1 }]);
  });
});

describe("a transaction", () => {
  // Not those of which some were just cut, and may not know it yet.
  beforeAll(async () => {
    await connection.sql.end({ timeout: 5 });
    connection = connect(made.url, { max: 2 });
  });

  it("ends when its begin is refused: what was sent behind it had no tenant, and it says nothing more", async () => {
    const said: string[] = [];
    const insert = (id: string) => `insert into organization (id, name, slug) values ('${id}', 'x', '${id}')`;
    let over: Promise<unknown> = Promise.resolve();
    const refused = connection.sql.begin("nonsense", (tx) => {
      const tell = (asked: Promise<unknown>) => asked.then(() => said.push("answered"), (error: Error) => said.push(error.message.slice(0, 30)));
      void tell(tx.unsafe(`select set_config('countersign.tenant', '${organization}', true)`));
      void tell(tx.unsafe(insert(organization)));
      over = tx.unsafe("select 1").then(async () => {
        await expect.poll(() => said.length).toBe(2);
        await inTenant(connection, another, async (other) => {
          await other.execute(sql.raw("select 1"));
          await tell(tx.unsafe(insert(another)));
          await other.execute(sql.raw("select 1"));
        });
      });
      return over;
    });
    await expect(refused).rejects.toThrow(/syntax error/);
    await over;
    expect(said).toEqual(["answered", expect.stringMatching(/^new row violates row-level/), expect.stringMatching(/CONNECTION_CLOSED/)]);
    expect(await admin`select id from organization`).toEqual([]);
  });

  it("says nothing after its commit was sent, when its connection may be another's, and is told so", async () => {
    const one = connect(made.url, { max: 1 });
    const late = inTenant(one, organization, async (tx) => {
      await commitWith(tx, [{ text: "insert into organization (id, name, slug) values ($1, 'x', 'x')", values: [organization] }]);
      await inTenant(one, another, async (other) => {
        await expect(tx.execute(tenantNow)).rejects.toThrow();
        expect(await other.execute(tenantNow)).toEqual([{ tenant: another }]);
      });
    });
    await expect(late).rejects.toThrow(/CONNECTION_CLOSED/);
    expect(await admin`select id from organization`).toEqual([{ id: organization }]);
    await one.sql.end();
  });

  it("that fails in its last statements leaves nothing, and its connection is good", async () => {
    const one = connect(made.url, { max: 1 });
    const insert = (id: string) => ({ text: "insert into organization (id, name, slug) values ($1, 'y', 'y')", values: [id] });
    await expect(inTenant(one, another, (tx) => commitWith(tx, [insert(another), insert(another)]))).rejects.toThrow();
    expect(await admin`select id from organization where id = ${another}`).toEqual([]);
    expect(await one.sql`select 1 as one`).toEqual([{ one: 1 }]);
    await one.sql.end();
  });
});
