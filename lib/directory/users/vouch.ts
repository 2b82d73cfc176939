import { eq } from "drizzle-orm";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { vouch } from "@/lib/chat/vouch";
import { chatUrn } from "../scim/chat-extension";
import type { UserRow } from "./row";

/** Keeps who somebody is in a chat, as their directory says now; nobody, while it says that they are not there. See lib/chat/vouch.ts. */
export async function vouchByDirectory(tx: Tx, { organizationId, directoryId: sourceId, personId, active, profile }: UserRow): Promise<AuditEntry[]> {
  if (!personId) return [];
  const [who] = await tx.select({ id: person.id, email: person.email }).from(person).where(eq(person.id, personId));
  if (!who) return [];
  const said = ([["slack", "slackUserId"], ["webhook", "chatUserId"]] as const).map(([kind, name]) => {
    const value = active ? profile.chat?.[name] : undefined;
    return { kind, claim: `${chatUrn}:${name}`, values: value === undefined ? [] : [value] };
  });
  return vouch(tx, { organizationId, who, source: "directory", sourceId, hadFactor: false }, said);
}
