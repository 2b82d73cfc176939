import { and, eq, or, sql } from "drizzle-orm";
import { lock } from "@/db/schema/lock";
import { session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { StandingLock } from "./standing";
import { lockInForce } from "./where-in-force";

const columns = { kind: lock.kind, target: lock.target, message: lock.message, until: lock.until };

/** The query for what locks the person or the browser of a session, also of one that has ended: they are told why. */
export function selectLockOfSession(tx: Tx, sessionId: string) {
  const isPerson = and(sql`${lock.kind} = 'person'`, sql`${lock.target} = ${session.personId}::text`);
  const isDevice = and(sql`${lock.kind} = 'device'`, sql`${lock.target} = ${session.deviceId}::text`);
  return tx.select(columns).from(session).innerJoin(lock, and(or(isPerson, isDevice), lockInForce())).where(eq(session.id, sessionId)).limit(1);
}

/** What keeps a person, or whoever comes with a browser, from signing in. */
export async function lockOnSignIn(tx: Tx, personId: string, deviceId: string | null): Promise<StandingLock | null> {
  const isPerson = and(eq(lock.kind, "person"), eq(lock.target, personId));
  const isDevice = deviceId === null ? undefined : and(eq(lock.kind, "device"), eq(lock.target, deviceId));
  const [found] = await tx.select(columns).from(lock).where(and(or(isPerson, isDevice), lockInForce())).limit(1);
  return found ?? null;
}
