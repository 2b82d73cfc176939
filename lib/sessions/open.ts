import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import { session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { heldRoles } from "@/lib/ctx/held-roles";
import { endOf, sessionLimits } from "@/lib/security/limits";
import { loadSecuritySetting } from "@/lib/security/load";

/** Several times the most that anybody may have. */
const mostSessions = 200;

export type OpenSession = typeof session.$inferSelect & { endsAt: Date };

/**
 * The sessions in which a person is signed in now, by the rules that hold now, the oldest first. `endsAt`: when it ends
 * unless it is used. Asks for no permission: for use inside a verb that did.
 */
export async function openSessions(tx: Tx, personId: string): Promise<OpenSession[]> {
  const [setting, roles] = await Promise.all([loadSecuritySetting(tx), heldRoles(tx, personId, sql`now()`)]);
  const limits = sessionLimits(setting, roles);
  const ago = (ms: number) => sql`now() - ${`${ms} milliseconds`}::interval`;
  const rows = await tx
    .select()
    .from(session)
    .where(
      and(
        eq(session.personId, personId),
        isNull(session.revokedAt),
        gt(session.expiresAt, sql`now()`),
        gt(session.createdAt, ago(limits.maxMs)),
        gt(session.lastSeenAt, ago(limits.idleMs)),
      ),
    )
    .orderBy(asc(session.createdAt), asc(session.id))
    .limit(mostSessions);
  return rows.map((row) => ({ ...row, endsAt: endOf(row, limits) }));
}
