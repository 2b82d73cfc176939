import { and, eq, sql } from "drizzle-orm";
import { chatIdentity, type decidingKinds } from "@/db/schema/chat";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { newId } from "@/lib/id";

type Kind = (typeof decidingKinds)[number];

/** What Slack's ids look like; whoever brings their own chat has their own. */
const forms: Record<Kind, RegExp> = { slack: /^[UW][A-Z0-9]{2,30}$/, webhook: /^[\w.@:+=-]{1,200}$/ };

/** What an identity provider, or a directory, says of one person. `hadFactor`: they had shown it one that counts here. */
export type Vouching = { organizationId: string; who: { id: string; email: string }; source: "sso" | "directory"; sourceId: string; hadFactor: boolean };

/**
 * Keeps who somebody is in a chat, as it was said just now; what is said no more is gone. There is no other way in: nobody writes
 * it by hand, neither they nor an admin. Gives the events of what is other than before.
 */
export async function vouch(tx: Tx, vouching: Vouching, said: readonly { kind: Kind; claim: string; values: readonly string[] }[]): Promise<AuditEntry[]> {
  const audit: AuditEntry[] = [];
  for (const one of said) audit.push(...(await vouchOne(tx, vouching, one)));
  return audit;
}

async function vouchOne(tx: Tx, { organizationId, who, source, sourceId, hadFactor }: Vouching, { kind, claim, values }: { kind: Kind; claim: string; values: readonly string[] }): Promise<AuditEntry[]> {
  const [only, ...others] = values;
  const chatId = only !== undefined && others.length === 0 && forms[kind].test(only) ? only : null;
  const own = and(eq(chatIdentity.sourceId, sourceId), eq(chatIdentity.personId, who.id), eq(chatIdentity.kind, kind));
  const [before] = await tx.select({ chatId: chatIdentity.chatId }).from(chatIdentity).where(own).for("update");
  const resource = { type: "person", id: who.id, name: who.email };
  if (chatId === null) {
    if (!before) return [];
    await tx.delete(chatIdentity).where(own);
    return [{ action: "chat.identity_withdrawn", resource, details: { kind, source, sourceId, before: before.chatId } }];
  }
  const now = { chatId, claim, hadFactor, vouchedAt: sql`now()` };
  await tx
    .insert(chatIdentity)
    .values({ id: newId(), organizationId, personId: who.id, kind, source, sourceId, ...now })
    .onConflictDoUpdate({ target: [chatIdentity.organizationId, chatIdentity.sourceId, chatIdentity.personId, chatIdentity.kind], set: now });
  if (before?.chatId === chatId) return [];
  return [{ action: "chat.identity_vouched", resource, details: { kind, source, sourceId, claim, chatId, before: before?.chatId ?? null } }];
}

/** Forgets what a connection or directory said: of everybody, or of one person. For use inside a verb that ends its word. */
export async function unvouch(tx: Tx, sourceId: string, personId?: string): Promise<void> {
  await tx.delete(chatIdentity).where(and(eq(chatIdentity.sourceId, sourceId), personId === undefined ? undefined : eq(chatIdentity.personId, personId)));
}
