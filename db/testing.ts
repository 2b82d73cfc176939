import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import postgres from "postgres";
import { migrate, prepareDatabase } from "./migrate";

// One template per state of the migrations, so that a server that outlives a test run never gives an old schema.
const journal = readFileSync(new URL("./migrations/meta/_journal.json", import.meta.url));
const template = `countersign_${createHash("sha256").update(journal).digest("hex").slice(0, 12)}`;
const passwords = { app: "test-app", jobs: "test-jobs" };

/** A fresh, migrated database of one test file: a copy of a template, which takes a third of a second. */
export type TestDatabase = { url: string; adminUrl: string; jobsUrl: string; drop: () => Promise<void> };

/** `serverUrl`: a superuser's connection, from the test run's own Postgres (TEST_DATABASE_URL). */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  const name = `test_${randomBytes(8).toString("hex")}`;
  await admin`select pg_advisory_lock(4711)`;
  try {
    const [existing] = await admin`select 1 from pg_database where datname = ${template}`;
    if (!existing) {
      await admin.unsafe(`create database ${template}_new`);
      await migrate(withDatabase(serverUrl, `${template}_new`), passwords);
      await admin.unsafe(`alter database ${template}_new rename to ${template}`);
    }
    // Files are copied, since through the buffers each page would be written twice; what this asks of the disk is not waited for here.
    await admin.unsafe(`create database ${name} template ${template} strategy file_copy`);
    await prepare(withDatabase(serverUrl, name));
  } finally {
    await admin`select pg_advisory_unlock(4711)`;
    await admin.end();
  }
  return {
    adminUrl: withDatabase(serverUrl, name),
    url: withRole(withDatabase(serverUrl, name), "countersign_app", passwords.app),
    jobsUrl: withRole(withDatabase(serverUrl, name), "countersign_jobs", passwords.jobs),
    drop: async () => {
      const again = postgres(serverUrl, { max: 1, onnotice: () => {} });
      await again.unsafe(`drop database if exists ${name} with (force)`);
      await again.end();
    },
  };
}

/** A copy has the template's tables, and not the rights on the template itself. */
async function prepare(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await prepareDatabase(sql).finally(() => sql.end());
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function withRole(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}
