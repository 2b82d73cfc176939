import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { ssoDomain } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import { tellAdmins } from "./tell-admins";

/**
 * Whether somebody comes in with a password although their domain requires single sign-on, since they keep the way in; all
 * admins are told then. For use inside a verb, which has asked `authorize`.
 */
export async function breakGlass(tx: Tx, { organizationId, ip }: Ctx, who: { id: string; email: string; name: string }, sessionId: string): Promise<{ isUsed: boolean; send: JobEvent[] }> {
  const enforced = and(eq(ssoDomain.breakGlassPersonId, who.id), eq(ssoDomain.domain, sql`split_part(${who.email}, '@', 2)`), isNotNull(ssoDomain.enforcedAt), isNull(ssoDomain.removedAt));
  const [domain] = await tx.select({ domain: ssoDomain.domain, connectionId: ssoDomain.connectionId }).from(ssoDomain).where(enforced);
  if (!domain) return { isUsed: false, send: [] };
  const send = await tellAdmins(tx, organizationId, {
    dedupeKey: `break-glass:${sessionId}`,
    title: `${who.name} signed in without single sign-on`,
    body: `${who.email} keeps the way in with a password for ${domain.domain}, should the identity provider fail, and used it${ip ? ` from ${ip}` : ""}. If the provider works, ask why.`,
    href: `/settings/sso/${domain.connectionId}`,
  });
  return { isUsed: true, send };
}
