import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "./testing";

let database: TestDatabase;
let app: postgres.Sql;
let admin: postgres.Sql;

beforeAll(async () => {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error("TEST_DATABASE_URL is not set: run the tests with 'npm test'");
  database = await createTestDatabase(server);
  app = postgres(database.url, { max: 2, onnotice: () => {} });
  admin = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await app.end();
  await admin.end();
  await database.drop();
});

const tenantA = "018f0000-0000-7000-8000-00000000000a";
const tenantB = "018f0000-0000-7000-8000-00000000000b";

describe("the database's own walls", () => {
  it("forces row-level security on every table that carries a tenant", async () => {
    const open = await admin`
      select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
      where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> 'bootstrap_link'
        and not (c.relrowsecurity and c.relforcerowsecurity)`;
    expect(open).toEqual([]);
  });

  it("gives the application's role nothing to own and no way around", async () => {
    const [role] = await admin`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = 'countersign_app'`;
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false });
    expect(await admin`select relname from pg_class where pg_get_userbyid(relowner) = 'countersign_app'`).toEqual([]);
  });

  it("shows nothing to a query that set no tenant, and refuses its writes", async () => {
    await app.begin(async (sql) => {
      await sql`select set_config('countersign.tenant', ${tenantA}, true)`;
      await sql`insert into organization (id, name, slug) values (${tenantA}, 'A', 'a')`;
    });
    expect(await app`select * from organization`).toEqual([]);
    await expect(app`insert into organization (id, name, slug) values (${tenantB}, 'B', 'b')`).rejects.toThrow(/row-level security/);
  });

  it("neither shows nor changes another tenant's rows", async () => {
    await app.begin(async (sql) => {
      await sql`select set_config('countersign.tenant', ${tenantB}, true)`;
      expect(await sql`select * from organization where id = ${tenantA}`).toEqual([]);
      expect((await sql`update organization set name = 'taken' where id = ${tenantA}`).count).toBe(0);
    });
  });

  it.each([
    "alter table organization disable row level security",
    "drop policy tenant on organization",
    "truncate organization",
    "delete from organization",
    "update audit_event set body = '{}'",
    "delete from audit_event",
    "truncate audit_event",
    "insert into audit_head values (gen_random_uuid(), 1, 'x')",
    "insert into audit_event_default select * from audit_event",
    "select * from bootstrap_link",
    "set role countersign_gate",
    "alter table audit_event disable trigger all",
  ])("refuses the application: %s", async (statement) => {
    await expect(app.unsafe(statement)).rejects.toThrow(/permission denied|must be owner|append-only/);
  });

  it("keeps the audit stream append-only for its owner too", async () => {
    await app.begin(async (sql) => {
      await sql`select set_config('countersign.tenant', ${tenantA}, true)`;
      await sql`select audit_append(array[${JSON.stringify({
        organization: tenantA, id: tenantA, time: "2026-01-01T00:00:00.000Z", actor: { kind: "system", id: "x", name: "x" },
        action: "a", resource: { type: "t", id: "i", name: "n" }, outcome: "success", severity: "info", requestId: "r",
      })}])`;
    });
    await expect(admin`update audit_event set body = '{}'`).rejects.toThrow(/append-only/);
    await expect(admin`truncate audit_event`).rejects.toThrow(/append-only/);
  });

  it("takes no event that names another tenant", async () => {
    const attempt = app.begin(async (sql) => {
      await sql`select set_config('countersign.tenant', ${tenantB}, true)`;
      await sql`select audit_append(array[${JSON.stringify({
        organization: tenantA, id: tenantA, time: "2026-01-01T00:00:00.000Z", actor: { kind: "system", id: "x", name: "x" },
        action: "a", resource: { type: "t", id: "i", name: "n" }, outcome: "success", severity: "info", requestId: "r",
      })}])`;
    });
    await expect(attempt).rejects.toThrow(/another organization/);
  });
});
