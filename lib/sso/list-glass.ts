import { and, asc, eq, exists, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { factor } from "@/db/schema/factor";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { grantInForce } from "@/lib/ctx/held-roles";
import { read } from "@/lib/transact";

export type GlassView = { id: string; name: string; email: string };

const most = 100;

/** Who could keep the way in: active organization admins without an end date, who have a password and a factor of their own. */
export async function listGlass(ctx: Ctx): Promise<GlassView[]> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "read", { workspaceId: null });
    return eligible(tx).orderBy(asc(person.name), asc(person.id)).limit(most);
  });
}

/** A code that is sent is no factor here: the mailbox may be behind the same provider. */
export function eligible(tx: Tx, id?: string) {
  const isAdmin = tx
    .select({ id: roleGrant.id })
    .from(roleGrant)
    .where(and(eq(roleGrant.personId, person.id), inArray(roleGrant.role, ["organization_admin", "super_admin"]), isNull(roleGrant.workspaceId), isNull(roleGrant.validUntil), grantInForce(sql`now()`)));
  const hasFactor = tx
    .select({ id: factor.id })
    .from(factor)
    .where(and(eq(factor.personId, person.id), inArray(factor.kind, ["totp", "passkey"]), isNotNull(factor.confirmedAt), isNull(factor.removedAt)));
  return tx
    .select({ id: person.id, name: person.name, email: person.email })
    .from(person)
    .where(and(eq(person.status, "active"), isNotNull(person.passwordHash), exists(isAdmin), exists(hasFactor), id ? eq(person.id, id) : undefined));
}
