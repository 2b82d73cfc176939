import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import { ssoIdentity, ssoRefusal } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { findConnection } from "./connection";

export const ListTroubleInput = z.strictObject({ id: z.uuid() });
export type ListTroubleInput = z.infer<typeof ListTroubleInput>;

export type RefusalView = { id: string; reference: string; why: string; reason: string; at: Date };
export type IdentityConflictView = {
  id: string;
  subject: string;
  email: string;
  conflict: "other_subject" | "refused" | "address_taken";
  /** The person with that address; for `address_taken` the one who comes. */
  person: { id: string; name: string; email: string } | null;
  lastUsedAt: Date;
};

const most = 50;

/** What a connection's admin should know of: sign-ins that were refused, and accounts at the provider whose address is somebody else's. */
export async function listTrouble(ctx: PersonCtx, { id }: ListTroubleInput): Promise<{ refusals: RefusalView[]; conflicts: IdentityConflictView[] }> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "read", { workspaceId: null });
    await findConnection(tx, id);
    const refusals = await tx
      .select({ id: ssoRefusal.id, reference: ssoRefusal.reference, why: ssoRefusal.why, reason: ssoRefusal.reason, at: ssoRefusal.createdAt })
      .from(ssoRefusal)
      .where(eq(ssoRefusal.connectionId, id))
      .orderBy(desc(ssoRefusal.createdAt), desc(ssoRefusal.id))
      .limit(most);
    const open = and(eq(ssoIdentity.connectionId, id), isNull(ssoIdentity.removedAt), isNotNull(ssoIdentity.conflict));
    const rows = await tx.select().from(ssoIdentity).where(open).orderBy(desc(ssoIdentity.lastUsedAt), desc(ssoIdentity.id)).limit(most);
    const conflicts = [];
    for (const { id: identityId, subject, email, conflict, personId, lastUsedAt } of rows) {
      const [who] = await tx.select({ id: person.id, name: person.name, email: person.email }).from(person).where(personId ? eq(person.id, personId) : eq(person.email, email));
      if (conflict) conflicts.push({ id: identityId, subject, email, conflict, person: who ?? null, lastUsedAt });
    }
    return { refusals, conflicts };
  });
}
