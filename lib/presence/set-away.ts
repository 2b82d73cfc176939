import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { absence } from "@/db/schema/presence";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { periodFields, periodOf } from "./period";

export const SetAwayInput = z.strictObject({ kind: z.enum(["away", "busy"]), ...periodFields, note: cleanText({ min: 0, max: 200 }).default("") });
export type SetAwayInput = z.infer<typeof SetAwayInput>;

const mostStanding = 20;

/**
 * Says that the caller is away or busy for a time. Requests go on asking them; they are told of them only where nobody stands in.
 * @throws AppError `invalid_input` for days that are over; `conflict` for more periods than anybody has.
 */
export async function setAway(ctx: PersonCtx, { kind, note, ...days }: SetAwayInput): Promise<{ id: string }> {
  const { id: personId, email } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const { startsAt, endsAt } = await periodOf(tx, days);
    const standing = await tx.$count(absence, and(eq(absence.personId, personId), isNull(absence.endedAt), gt(absence.endsAt, sql`now()`)));
    if (standing >= mostStanding) throw conflict(`You have ${mostStanding} such periods already.`, "End one first.");
    const id = newId();
    await tx.insert(absence).values({ id, organizationId: ctx.organizationId, personId, kind, startsAt, endsAt, note, createdBy: personId });
    publish(tx, ctx.organizationId, "approvals");
    // The note may say why somebody is ill, and the audit keeps what it is told for years.
    const details = { absence: id, kind, from: startsAt.toISOString(), until: endsAt.toISOString() };
    return { value: { id }, audit: { action: "people.absence_set", resource: { type: "person", id: personId, name: email }, details } };
  });
}
