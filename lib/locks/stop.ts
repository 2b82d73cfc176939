import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { person, roleGrant, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import { publish } from "@/lib/live/publish";
import { bumpAccess } from "@/lib/people/access";
import { endSessions } from "@/lib/people/leave";
import { stopRunsWhere } from "@/lib/runs/stop-where";
import { runsUnder } from "./effects";
import type { Lockable } from "./target";

/** Open pages of more people look again by themselves within seconds. */
const mostTold = 500;

/** Ends what goes on under a lock that was placed in this transaction, so that nothing goes on until it is asked for again. */
export async function stopUnder(tx: Tx, ctx: PersonCtx, of: Lockable): Promise<{ audit: AuditEntry[]; send: JobEvent[] }> {
  const { organizationId } = ctx;
  publish(tx, organizationId, "approvals");
  switch (of.kind) {
    case "person":
      // Their row first: whoever signs in as them at this moment holds it, and what they opened ends too.
      await bumpAccess(tx, organizationId, of.target);
      await endSessions(tx, organizationId, of.target);
      return { audit: [], send: [] };
    case "role":
      await bumpHolders(tx, organizationId, of.target);
      return { audit: [], send: [] };
    case "device":
      await endSessionsOn(tx, organizationId, of.target);
      return { audit: [], send: [] };
    default:
      return stopRunsWhere(tx, ctx, runsUnder(tx, of), "It was locked.");
  }
}

/** Every context that was made of the role before is refused at its next write. */
export async function bumpHolders(tx: Tx, organizationId: string, role: string): Promise<void> {
  const held = tx.select({ id: roleGrant.personId }).from(roleGrant).where(and(eq(roleGrant.role, role), isNull(roleGrant.revokedAt)));
  const holders = await tx.update(person).set({ accessVersion: sql`${person.accessVersion} + 1` }).where(inArray(person.id, held)).returning({ id: person.id });
  for (const { id } of holders.slice(0, mostTold)) publish(tx, organizationId, `access:${id}`);
}

async function endSessionsOn(tx: Tx, organizationId: string, deviceId: string): Promise<void> {
  const ended = await tx
    .update(session)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(session.deviceId, deviceId), isNull(session.revokedAt)))
    .returning({ personId: session.personId });
  for (const personId of new Set(ended.map((row) => row.personId))) await bumpAccess(tx, organizationId, personId);
}
