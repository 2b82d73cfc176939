import { asc } from "drizzle-orm";
import { auditEvent } from "@/db/stream/audit";
import { inTenant } from "@/db/tenant";
import { database } from "@/lib/database";

/** The organization's audit events so far as `action:outcome`, oldest first. */
export async function eventsOf(organizationId: string): Promise<string[]> {
  const rows = await inTenant(database(), organizationId, (tx) => tx.select().from(auditEvent).orderBy(asc(auditEvent.seq)));
  return rows.map((row) => `${row.action}:${row.outcome}`);
}

/** Bodies of the events of one action, oldest first. */
export async function eventBodies(organizationId: string, action: string): Promise<Record<string, unknown>[]> {
  const rows = await inTenant(database(), organizationId, (tx) => tx.select().from(auditEvent).orderBy(asc(auditEvent.seq)));
  return rows.filter((row) => row.action === action).map((row) => JSON.parse(row.body) as Record<string, unknown>);
}
