import { and, asc, eq, gt, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { organization, workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { absence, delegation } from "@/db/schema/presence";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { deputiesOf, isDecidingRole } from "@/lib/delegation/deputies";
import { loadMember } from "@/lib/people/member";
import { todayIn } from "@/lib/organizations/today";
import { read } from "@/lib/transact";

const mostRows = 100;

export type Presence = Awaited<ReturnType<typeof standingOf>>;

/** When the caller is away, which parts in approvals they gave and have, and to whom they could give theirs, where. */
export async function loadPresence(ctx: PersonCtx) {
  const { id, roles } = ctx.actor;
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const deciding = roles.filter(({ role }) => isDecidingRole(role));
    const isEverywhere = deciding.some(({ workspaceId }) => workspaceId === null);
    const own = deciding.flatMap(({ workspaceId }) => workspaceId ?? []);
    const [place] = await tx.select({ timeZone: organization.timeZone }).from(organization);
    const workspaces = deciding.length === 0 ? [] : await tx.select({ id: workspace.id, name: workspace.name }).from(workspace).where(isNull(workspace.archivedAt)).orderBy(asc(workspace.name)).limit(mostRows * 5);
    return {
      ...(await standingOf(tx, id)),
      today: todayIn(place?.timeZone ?? "UTC"),
      deputies: deciding.length === 0 ? [] : await deputiesOf(tx, id, isEverywhere ? null : own),
      workspaces: workspaces.filter((one) => isEverywhere || own.includes(one.id)),
      mayGive: deciding.length > 0,
    };
  });
}

/** The same of anybody, for whoever may end it: `settings.update`. */
export async function presenceOf(ctx: PersonCtx, { personId }: { personId: string }): Promise<Presence> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await loadMember(tx, ctx, personId);
    return standingOf(tx, personId);
  });
}

/** The first and the last day of a period, both included, as the organization counts days. */
const daysOf = (table: typeof absence | typeof delegation) => ({
  firstDay: sql<string>`to_char(${table.startsAt} at time zone ${organization.timeZone}, 'YYYY-MM-DD')`,
  lastDay: sql<string>`to_char((${table.endsAt} - interval '1 millisecond') at time zone ${organization.timeZone}, 'YYYY-MM-DD')`,
});

/** What is not over, the next first. */
async function standingOf(tx: Tx, personId: string) {
  const [from, to] = [alias(person, "giver"), alias(person, "deputy")];
  const absences = await tx
    .select({ id: absence.id, kind: absence.kind, startsAt: absence.startsAt, endsAt: absence.endsAt, isNow: sql<boolean>`${absence.startsAt} <= now()`, note: absence.note, ...daysOf(absence) })
    .from(absence)
    .innerJoin(organization, eq(organization.id, absence.organizationId))
    .where(and(eq(absence.personId, personId), isNull(absence.endedAt), gt(absence.endsAt, sql`now()`)))
    .orderBy(asc(absence.startsAt), asc(absence.id))
    .limit(mostRows);
  const delegations = await tx
    .select({
      id: delegation.id, fromName: from.name, toName: to.name, isGiven: sql<boolean>`${delegation.fromPersonId} = ${personId}`,
      workspace: workspace.name, startsAt: delegation.startsAt, endsAt: delegation.endsAt, isNow: sql<boolean>`${delegation.startsAt} <= now()`, reason: delegation.reason, ...daysOf(delegation),
    })
    .from(delegation)
    .innerJoin(organization, eq(organization.id, delegation.organizationId))
    .innerJoin(from, eq(from.id, delegation.fromPersonId))
    .innerJoin(to, eq(to.id, delegation.toPersonId))
    .leftJoin(workspace, eq(workspace.id, delegation.workspaceId))
    .where(and(or(eq(delegation.fromPersonId, personId), eq(delegation.toPersonId, personId)), isNull(delegation.endedAt), gt(delegation.endsAt, sql`now()`)))
    .orderBy(asc(delegation.startsAt), asc(delegation.id))
    .limit(mostRows);
  return { absences, delegations };
}
