import { eq, sql, type SQL } from "drizzle-orm";
import { person } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { mayUsePassword } from "@/lib/sso/password-allowed";
import { read } from "@/lib/transact";

/** Whether a person signs in by a password of their own, rather than by their organization only. */
export function ownPassword(): SQL<boolean> {
  return sql<boolean>`(${person.passwordHash} is not null and ${mayUsePassword()})`;
}

export type OwnEmail = { email: string; isVerified: boolean; hasPassword: boolean };

/** The caller's own address, and whether they can change it themselves: only by their password. */
export async function loadOwnEmail(ctx: PersonCtx): Promise<OwnEmail> {
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const [row] = await tx
      .select({ email: person.email, isVerified: sql<boolean>`${person.emailVerifiedAt} is not null`, hasPassword: ownPassword() })
      .from(person)
      .where(eq(person.id, ctx.actor.id));
    if (!row) throw notFound("person");
    return row;
  });
}
