import { and, eq, gt, inArray, isNull, lte, or, sql } from "drizzle-orm";
import { person } from "@/db/schema/people";
import { delegation } from "@/db/schema/presence";
import type { Tx } from "@/db/tenant";

/**
 * Whom to tell instead of people who are away or busy: those to whom they gave their part in approvals. Where that leaves nobody,
 * they are told themselves, since a notice that reaches nobody is none.
 */
export async function routeAround(tx: Tx, people: readonly { id: string; awayUntil: Date | null; busyUntil: Date | null }[], workspaceId: string | null): Promise<string[]> {
  const here = people.filter(({ awayUntil, busyUntil }) => !awayUntil && !busyUntil).map(({ id }) => id);
  const gone = people.filter(({ id }) => !here.includes(id)).map(({ id }) => id);
  if (gone.length === 0) return here;
  const instead = await tx
    .select({ id: delegation.toPersonId })
    .from(delegation)
    .innerJoin(person, and(eq(person.id, delegation.toPersonId), eq(person.status, "active")))
    .where(
      and(
        inArray(delegation.fromPersonId, gone),
        isNull(delegation.endedAt),
        lte(delegation.startsAt, sql`now()`),
        gt(delegation.endsAt, sql`now()`),
        or(isNull(delegation.workspaceId), workspaceId ? eq(delegation.workspaceId, workspaceId) : undefined),
      ),
    );
  const told = [...new Set([...here, ...instead.map(({ id }) => id)])];
  return told.length > 0 ? told : gone;
}
