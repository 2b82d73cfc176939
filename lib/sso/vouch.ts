import { eq } from "drizzle-orm";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { vouch } from "@/lib/chat/vouch";
import type { Connection } from "./connection";
import { valuesOf } from "./mapping";
import { hadFactor } from "./provider-factor";
import type { Proven } from "./subject";

/** Keeps who somebody is in a chat, as the answer with which they sign in says; see lib/chat/vouch.ts. */
export async function vouchBySignIn(tx: Tx, connection: Connection, personId: string, { claims, methods }: Proven): Promise<AuditEntry[]> {
  const [who] = await tx.select({ id: person.id, email: person.email }).from(person).where(eq(person.id, personId));
  if (!who) return [];
  const { id: sourceId, organizationId, mapping } = connection;
  const said = ([["slack", mapping.slackId ?? ""], ["webhook", mapping.chatId ?? ""]] as const).map(([kind, claim]) => ({ kind, claim, values: claim === "" ? [] : valuesOf(claims, claim) }));
  return vouch(tx, { organizationId, who, source: "sso", sourceId, hadFactor: hadFactor(connection, methods) }, said);
}
