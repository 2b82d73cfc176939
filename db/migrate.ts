import path from "node:path";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { searchPath } from "./client";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "migrations");

/** Rolls that log in get a password; the others exist only to own functions. */
export type RolePasswords = { app: string; jobs: string };

const lockId = 7_305_112_418;

/**
 * Brings the schema and its roles up to date. Safe to call from several servers at once: an advisory lock lets one
 * through at a time. `adminUrl` names a role that may create roles and owns the schema.
 */
export async function migrate(adminUrl: string, passwords: RolePasswords): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {}, connection: { search_path: searchPath } });
  try {
    await sql`select pg_advisory_lock(${lockId})`;
    await ensureRole(sql, "countersign_app", passwords.app);
    await ensureRole(sql, "countersign_jobs", passwords.jobs);
    await ensureRole(sql, "countersign_gate", null);
    await ensureRole(sql, "countersign_audit", null);
    await sql`grant countersign_gate, countersign_audit to current_user`;
    // Changing a function's owner needs the new owner to hold CREATE on the schema for that moment.
    await sql`grant create on schema public to countersign_gate, countersign_audit`;
    await runMigrations(drizzle(sql), { migrationsFolder: folder, migrationsTable: "migration", migrationsSchema: "migrations" });
    await sql`revoke create on schema public from countersign_gate, countersign_audit`;
    await sql`select audit_ensure_partitions()`;
    await prepareDatabase(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function ensureRole(sql: postgres.Sql, name: string, password: string | null): Promise<void> {
  const [existing] = await sql`select 1 from pg_roles where rolname = ${name}`;
  if (!existing) await sql.unsafe(`create role ${name} nologin`);
  await sql.unsafe(`alter role ${name} nosuperuser nobypassrls nocreatedb nocreaterole`).catch(onlyWhereAllowed);
  if (password !== null) await sql.unsafe(`alter role ${name} login password '${password.replaceAll("'", "''")}'`);
}

/** A managed Postgres may reserve these attributes; then they were never given either. */
function onlyWhereAllowed(error: unknown): void {
  if (!(error instanceof postgres.PostgresError && error.code === "42501")) throw error;
}

/**
 * What belongs to the database rather than to its schema, so that a copy of it needs it again. The job engine keeps its
 * state in schemas of its own and sees nothing of the portal's. Nobody else makes anything here: a temporary table would
 * hide a real one from whoever gets the same pooled connection next, and a large object has no tenant.
 */
export async function prepareDatabase(sql: postgres.Sql): Promise<void> {
  const rows = await sql<{ name: string }[]>`select quote_ident(current_database()) as name`;
  for (const { name } of rows) {
    await sql.unsafe(`grant connect, create on database ${name} to countersign_jobs`);
    await sql.unsafe(`revoke temporary on database ${name} from public`);
  }
  for (const maker of ["lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid, bytea)"]) {
    await sql.unsafe(`revoke execute on function ${maker} from public`).catch(onlyWhereAllowed);
  }
}
