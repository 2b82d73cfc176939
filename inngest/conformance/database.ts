import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { sharedDatabaseUrl } from "./conformance.config";

export interface TestDatabase {
  url: string;
  drop: () => Promise<void>;
}

/** A fresh, empty database on the Postgres of the test run. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `engine_${randomBytes(6).toString("hex")}`;
  const admin = postgres(sharedDatabaseUrl(), { max: 1, onnotice: () => {} });
  await admin`CREATE DATABASE ${admin(name)}`;
  const url = new URL(sharedDatabaseUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      // Who is about to leave would take being cut off for a fault.
      for (let tries = 0; tries < 100 && (await admin`SELECT FROM pg_stat_activity WHERE datname = ${name}`).length > 0; tries++) await sleep(50);
      await admin`DROP DATABASE ${admin(name)} WITH (FORCE)`;
      await admin.end();
    },
  };
}
