import { isNull, sql } from "drizzle-orm";
import { ssoIdentity } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { tellAdmins } from "./tell-admins";
import type { Connection } from "./connection";
import type { IdentityConflict } from "./refusal";

/** Keeps for the admins that an address came with another name than its person's, and tells them once. */
export async function keepConflict(tx: Tx, ctx: Ctx, connection: Connection, { subject, email }: IdentityConflict): Promise<JobEvent[]> {
  const values = { id: newId(), organizationId: ctx.organizationId, connectionId: connection.id, subject, email, conflict: "other_subject" as const };
  await tx
    .insert(ssoIdentity)
    .values(values)
    .onConflictDoUpdate({
      target: [ssoIdentity.connectionId, ssoIdentity.subject],
      targetWhere: isNull(ssoIdentity.removedAt),
      set: { email, lastUsedAt: sql`now()` },
    });
  return tellAdmins(tx, ctx.organizationId, {
    dedupeKey: `sso-conflict:${connection.id}:${subject}`.slice(0, 400),
    title: `Two accounts at ${connection.name} claim one address`,
    body: `Somebody came from ${connection.name} as ${email}, but by another account there than the person who has this address here. They were not let in. Decide whether it is the same person.`,
    href: `/settings/sso/${connection.id}`,
  });
}
