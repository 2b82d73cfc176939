import { sql as text } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "./client";
import { createTestDatabase, type TestDatabase } from "./testing";

let database: TestDatabase;
let app: postgres.Sql;
let admin: postgres.Sql;
let jobs: postgres.Sql;

beforeAll(async () => {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error("TEST_DATABASE_URL is not set: run the tests with 'npm test'");
  database = await createTestDatabase(server);
  app = postgres(database.url, { max: 2, onnotice: () => {} });
  admin = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
  jobs = postgres(database.jobsUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await app.end();
  await jobs.end();
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
    "alter table organization no force row level security",
    "alter table organization owner to countersign_app",
    "drop trigger audit_event_append_only on audit_event",
    "drop table session",
    "create policy everything on organization using (true)",
    "alter policy tenant on organization using (true)",
    "create trigger mine before insert on person for each row execute function refuse_change()",
    "create index mine on person (name)",
    "create table mine (id int)",
    "create temporary table person (id uuid)",
    "create view mine as select 1",
    "create schema mine",
    "create function mine() returns int language sql as 'select 1'",
    "create or replace function tenant_id() returns uuid language sql as 'select null::uuid'",
    "create extension pg_trgm",
    "create role mine",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "select lo_from_bytea(0, 'x')",
    "set role countersign_audit",
    "set role countersign_jobs",
    "set session authorization countersign_gate",
    "set session_replication_role = replica",
    "alter role countersign_app set countersign.tenant = '018f0000-0000-7000-8000-00000000000a'",
    "alter role countersign_app bypassrls",
    "alter role countersign_gate login",
    "grant countersign_gate to countersign_app",
    "alter system set row_security = off",
    "select protect_tenant_table('organization')",
    "select setval('outbox_id_seq', 1)",
    "select * from audit_event_default",
    "insert into audit_event_default (organization_id) values (gen_random_uuid())",
    "insert into audit_checkpoint (organization_id) values (gen_random_uuid())",
    "insert into bootstrap_link (id, token_hash, expires_at) values (gen_random_uuid(), 'x', now() + interval '1 day')",
    "update bootstrap_link set used_at = null",
    "select * from migrations.migration",
    "select * from pg_statistic",
    "select * from pg_statistic_ext_data",
    "select * from pg_authid",
    "select * from pg_largeobject",
    "select pg_read_file('PG_VERSION')",
    "select pg_ls_dir('.')",
    "copy (select 1) to '/tmp/countersign-mine'",
    "copy (select 1) to program 'true'",
  ])("refuses the application: %s", async (statement) => {
    await expect(app.unsafe(statement)).rejects.toThrow(/permission denied|must be owner|must be superuser|append-only|only roles with/i);
  });

  it.each([
    "select * from organization",
    "select * from session",
    "select * from audit_event",
    "select * from bootstrap_link",
    "select * from rate_limit",
    "select gate_organizations()",
    "select gate_sign_in('a@b.test')",
    "select audit_append('{}')",
    "select audit_search(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, false, 1)",
    "select audit_ensure_partitions()",
    "insert into outbox (organization_id, event_id, name, data) values (gen_random_uuid(), gen_random_uuid(), 'x', '{}')",
    "create table public.mine (id int)",
    "set role countersign_app",
    "select pg_read_file('PG_VERSION')",
  ])("refuses the job engine: %s", async (statement) => {
    await expect(jobs.unsafe(statement)).rejects.toThrow(/permission denied/);
  });

  it("keeps the job engine's own state from the application", async () => {
    await jobs.unsafe("create schema engine; create table engine.event (payload json)");
    await expect(app`select * from engine.event`).rejects.toThrow(/permission denied/);
  });

  it("finds its own tables, whoever puts others of the same name before them", async () => {
    await jobs.unsafe("create schema countersign_app; create table countersign_app.organization (id uuid, name text); grant usage on schema countersign_app to public; grant all on countersign_app.organization to public");
    const portal = connect(database.url, { max: 1 });
    const [found] = await portal.db.execute<{ own: boolean }>(text`select 'organization'::regclass = 'public.organization'::regclass as own`);
    expect(found).toEqual({ own: true });
    await portal.sql.end();
    await jobs.unsafe("drop schema countersign_app cascade");
  });

  it("tells nothing of tenants' rows by the planner's statistics", async () => {
    await admin`analyze`;
    const seen = await app<{ tablename: string }[]>`select distinct tablename from pg_stats where schemaname = 'public'`;
    expect(seen.map((row) => row.tablename).filter((name) => name !== "rate_limit")).toEqual([]);
    expect(await app`select * from pg_stats_ext where schemaname = 'public'`).toEqual([]);
  });

  it("lets functions that run as somebody else look names up nowhere but in the schema, and only a few be called at all", async () => {
    const loose = await admin`
      select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
        and (p.proconfig is null or not p.proconfig @> array['search_path=pg_catalog, public'])`;
    expect(loose).toEqual([]);
    const forAll = await admin`
      select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
        and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))`;
    expect(forAll).toEqual([]);
  });

  it("gives to everybody no table, no sequence and no room for one", async () => {
    const open = await admin`
      select c.relname from pg_class c, aclexplode(c.relacl) a
      where c.relnamespace in ('public'::regnamespace, 'migrations'::regnamespace) and a.grantee = 0`;
    expect(open).toEqual([]);
    const [rights] = await admin`
      select has_database_privilege('countersign_app', current_database(), 'temporary') as temporary,
        has_database_privilege('countersign_app', current_database(), 'create') as create,
        has_schema_privilege('countersign_app', 'public', 'create') as tables`;
    expect(rights).toEqual({ temporary: false, create: false, tables: false });
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
