import { and, asc, eq, exists, ilike, inArray, or, sql } from "drizzle-orm";
import { organization, workspace } from "@/db/schema/organization";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { isRole, permissionTable, type Role } from "@/lib/ability/permissions";
import type { Ctx } from "@/lib/ctx/ctx";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { read } from "@/lib/transact";
import { notEnded } from "./access";
import { visiblePeople } from "./member";

export const personStatuses = ["active", "invited", "suspended", "left"] as const;
export type PersonStatus = (typeof personStatuses)[number];

export type HeldRole = {
  grantId: string;
  role: Role;
  label: string;
  workspace: { id: string; name: string } | null;
  /** The day on which it begins, where that is still to come. */
  firstDay: string | null;
  /** The last day on which it counts, in the organization's time zone. */
  lastDay: string | null;
  /** Given by hand, or by a group of a directory. */
  byHand: boolean;
};
export type MemberRow = { id: string; name: string; email: string; status: PersonStatus; roles: HeldRole[]; createdAt: Date; lastSignInAt: Date | null };

export type ListPeopleInput = PageRequest & {
  q?: string;
  statuses?: readonly string[];
  roles?: readonly string[];
  sort?: { column: "name" | "createdAt"; direction: "asc" | "desc" };
};

/** The people whom the caller may see, with the roles they have or will have. Without a status asked for: all but those who left. */
export async function listPeople(ctx: Ctx, input: ListPeopleInput = {}): Promise<Page<MemberRow>> {
  return read(ctx, async (tx) => {
    const { column, direction } = input.sort ?? { column: "name", direction: "asc" };
    const asked = personStatuses.filter((status) => input.statuses?.includes(status));
    const statuses = asked.length > 0 ? asked : personStatuses.filter((status) => status !== "left");
    const filter = and(visiblePeople(tx, ctx), inArray(person.status, [...statuses]), named(input.q), withRole(tx, input.roles));
    const page = await keysetPage(
      { column: person[column], id: person.id, direction },
      input,
      ({ where, orderBy, limit }) =>
        tx
          .select({ id: person.id, name: person.name, email: person.email, status: person.status, createdAt: person.createdAt, lastSignInAt: person.lastSignInAt })
          .from(person)
          .where(and(filter, where))
          .orderBy(...orderBy)
          .limit(limit),
      (row) => ({ value: row[column], id: row.id }),
    );
    const roles = await rolesOf(tx, page.rows.map((row) => row.id));
    return { ...page, rows: page.rows.map((row) => ({ ...row, roles: roles.get(row.id) ?? [] })) };
  });
}

/** The roles that are in force now or later, by person. */
export async function rolesOf(tx: Tx, personIds: readonly string[]): Promise<Map<string, HeldRole[]>> {
  const found = new Map<string, HeldRole[]>();
  if (personIds.length === 0) return found;
  const rows = await tx
    .select({
      grant: roleGrant,
      workspace: workspace.name,
      firstDay: sql<string | null>`case when ${roleGrant.validFrom} > now() then to_char(${roleGrant.validFrom} at time zone ${organization.timeZone}, 'YYYY-MM-DD') end`,
      lastDay: sql<string | null>`to_char((${roleGrant.validUntil} - interval '1 millisecond') at time zone ${organization.timeZone}, 'YYYY-MM-DD')`,
    })
    .from(roleGrant)
    .innerJoin(organization, eq(organization.id, roleGrant.organizationId))
    .leftJoin(workspace, eq(workspace.id, roleGrant.workspaceId))
    .where(and(inArray(roleGrant.personId, [...personIds]), notEnded()))
    .orderBy(asc(roleGrant.createdAt), asc(roleGrant.id));
  for (const { grant, workspace: name, firstDay, lastDay } of rows) {
    const { id, role, workspaceId } = grant;
    if (!isRole(role)) continue;
    const held = { grantId: id, role, label: permissionTable[role].label, workspace: workspaceId ? { id: workspaceId, name: name ?? "" } : null, firstDay, lastDay, byHand: grant.source === "hand" };
    found.set(grant.personId, [...(found.get(grant.personId) ?? []), held]);
  }
  return found;
}

function named(q?: string) {
  const text = q?.trim().slice(0, 100);
  if (!text) return undefined;
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return or(ilike(person.name, pattern), ilike(person.email, pattern));
}

function withRole(tx: Tx, roles?: readonly string[]) {
  const known = roles?.filter(isRole) ?? [];
  if (known.length === 0) return undefined;
  return exists(tx.select({ id: roleGrant.id }).from(roleGrant).where(and(eq(roleGrant.personId, person.id), inArray(roleGrant.role, known), notEnded())));
}
