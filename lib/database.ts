import { connect, type Connection } from "@/db/client";
import { env } from "./env";

// Next compiles pages into several bundles; the pool is one per process all the same.
const shared = globalThis as typeof globalThis & { countersignDatabase?: Connection };

/** Ends the pool, if one was opened; the next use opens another. */
export async function closeDatabase(): Promise<void> {
  const open = shared.countersignDatabase;
  delete shared.countersignDatabase;
  await open?.sql.end({ timeout: 5 });
}

/** The process's pool, opened at first use. */
export function database(): Connection {
  shared.countersignDatabase ??= connect(env().DATABASE_URL, { max: env().DATABASE_POOL, connectTimeoutSeconds: env().DATABASE_CONNECT_TIMEOUT });
  return shared.countersignDatabase;
}
