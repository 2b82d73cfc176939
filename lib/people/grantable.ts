import { and, asc, isNull } from "drizzle-orm";
import { workspace } from "@/db/schema/organization";
import { may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import { permissionTable, permissionsOf, roles, type ActionOf, type Permission, type Role } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { missingFor } from "./access";

/** A role with the places where the caller may give it; `id` null is the whole organization. */
export type GrantableRole = {
  role: Role;
  label: string;
  summary: string;
  timeLimited: boolean;
  permissions: Permission[];
  places: { id: string | null; name: string }[];
};

const mostWorkspaces = 500;

/** The roles that the caller may give, and where; those they may give nowhere are left out. */
export async function listGrantable(ctx: PersonCtx, action: ActionOf<"users">): Promise<GrantableRole[]> {
  return read(ctx, async (tx) => {
    const workspaces = await tx
      .select({ id: workspace.id, name: workspace.name })
      .from(workspace)
      .where(and(isNull(workspace.archivedAt), whereAllowed(tx, ctx, "users", action, { workspaceId: workspace.id })))
      .orderBy(asc(workspace.name))
      .limit(mostWorkspaces);
    const everywhere = { id: null, name: "The whole organization" };
    return roles.flatMap((role) => {
      const { label, summary, timeLimited, scopes } = permissionTable[role];
      const candidates = [everywhere, ...(scopes.includes("workspace") ? workspaces : [])];
      const places = candidates.filter(({ id }) => may(ctx, "users", action, { workspaceId: id }) && missingFor(ctx, role, id).length === 0);
      return places.length > 0 ? [{ role, label, summary, timeLimited, permissions: permissionsOf(role), places }] : [];
    });
  });
}
