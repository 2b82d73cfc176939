import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import { absence } from "@/db/schema/presence";
import { authorize, authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";

export const EndAwayInput = z.strictObject({ id: z.uuid() });
export type EndAwayInput = z.infer<typeof EndAwayInput>;

/**
 * Ends a time away now: one's own, or anybody's by `settings.update`. One that has not begun never does.
 * @throws AppError `conflict` when it is over.
 */
export async function endAway(ctx: PersonCtx, { id }: EndAwayInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const [found] = await tx
      .select({ personId: absence.personId, email: person.email, kind: absence.kind })
      .from(absence)
      .innerJoin(person, eq(person.id, absence.personId))
      .where(eq(absence.id, id));
    if (found?.personId === ctx.actor.id) authorizeSelf(tx, ctx, ctx.actor.id);
    else authorize(tx, ctx, "settings", "update", { workspaceId: null });
    if (!found) throw notFound("time away");
    const ended = await tx.update(absence).set({ endedAt: sql`now()` }).where(and(eq(absence.id, id), isNull(absence.endedAt), gt(absence.endsAt, sql`now()`))).returning({ id: absence.id });
    if (ended.length === 0) throw conflict("It is over already.", "Load the page again.");
    publish(tx, ctx.organizationId, "approvals");
    const resource = { type: "person", id: found.personId, name: found.email };
    return { value: { id }, audit: { action: "people.absence_ended", resource, details: { absence: id, kind: found.kind } } };
  });
}
