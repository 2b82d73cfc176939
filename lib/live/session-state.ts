import { eq, sql } from "drizzle-orm";
import { person, session } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { isAdmitted } from "@/lib/network/admit";
import { selectMarks, stampOf } from "@/lib/network/known-rules";
import { endOf, sessionLimits } from "@/lib/security/limits";
import { loadSecuritySetting } from "@/lib/security/load";
import { read } from "@/lib/transact";

/**
 * Whether a session that was good when its stream began still is. Unlike a request, this is no sign of life: a page left
 * open does not keep a session from ending. `ended`: or is of no use from where it is used now. `changed`: the person's rights are not what they were.
 */
export async function sessionState(ctx: PersonCtx): Promise<"stands" | "changed" | "ended"> {
  const { row, setting, marks } = await read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const asked = tx
      .select({
        open: sql<boolean>`${session.revokedAt} is null and ${person.status} = 'active'`,
        createdAt: session.createdAt,
        lastSeenAt: session.lastSeenAt,
        expiresAt: session.expiresAt,
        now: sql`now()`.mapWith(session.lastSeenAt),
        accessVersion: person.accessVersion,
      })
      .from(session)
      .innerJoin(person, eq(person.id, session.personId))
      .where(eq(session.id, ctx.actor.sessionId));
    const [[found], rules, network] = await Promise.all([asked, loadSecuritySetting(tx), selectMarks(tx)]);
    return { row: found, setting: rules, marks: network };
  });
  if (!row?.open || endOf(row, sessionLimits(setting, ctx.actor.roles)) <= row.now) return "ended";
  const rulesChanged = stampOf(marks) !== (ctx.network ?? "");
  if (rulesChanged && !(await isAdmitted(ctx, marks))) return "ended";
  const aRoleEnded = ctx.actor.roles.some((held) => held.validUntil !== null && held.validUntil <= row.now);
  return row.accessVersion !== ctx.actor.accessVersion || aRoleEnded || rulesChanged ? "changed" : "stands";
}
