import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { groupRole } from "@/db/schema/directory";
import { workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { isRole, permissionTable, roles } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requireHeld, requireHeldUntil } from "@/lib/people/access";
import { type GroupAndDirectory, loadGroupOf } from "./row";

/** A role and where, as the page writes it: `viewer@organization`, `supervisor@<workspace id>`. */
const written = z.templateLiteral([z.enum(roles), "@", z.union([z.literal("organization"), z.uuid()])], "must be a role and a place");

export const MappingInput = z.strictObject({ groupId: z.uuid(), gives: z.array(written).max(50).default([]) });
export type MappingInput = z.infer<typeof MappingInput>;
export type Given = { role: string; workspaceId: string | null };

const Parts = z.object({ role: z.enum(roles), workspaceId: z.union([z.literal("organization").transform(() => null), z.uuid()]) });
type Wanted = z.infer<typeof Parts>;

function wantedOf(text: string): Wanted {
  const [role, workspaceId] = text.split("@");
  return Parts.parse({ role, workspaceId });
}

/**
 * Puts the roles that a group gives in the place of those it gave. Whoever maps must hold what they add and what they take
 * away, as if they gave it to each member by hand, and without an end date. For use inside a verb.
 * @throws AppError `forbidden` above the caller's own; `invalid_input` for a role that no group can give.
 */
export async function writeMapping(tx: Tx, ctx: PersonCtx, { groupId, gives: asked }: MappingInput): Promise<{ before: Given[]; after: Given[]; group: GroupAndDirectory }> {
  authorize(tx, ctx, "settings", "update", { workspaceId: null });
  const group = await loadGroupOf(tx, groupId);
  const gives = asked.map(wantedOf);
  const before = await tx.select({ id: groupRole.id, role: groupRole.role, workspaceId: groupRole.workspaceId }).from(groupRole).where(eq(groupRole.groupId, groupId));
  const [had, has] = [new Set(before.map(keyOf)), new Set(gives.map(keyOf))];
  const added = gives.filter((each, index) => !had.has(keyOf(each)) && gives.findIndex((other) => keyOf(other) === keyOf(each)) === index);
  const ended = before.filter((each) => !has.has(keyOf(each)));
  for (const { role, workspaceId } of [...added, ...ended]) {
    authorize(tx, ctx, "users", "update_role", { workspaceId });
    requireHeld(ctx, role, workspaceId);
    if (isRole(role)) requireHeldUntil(ctx, role, workspaceId, null);
  }
  for (const { role, workspaceId } of added) await requireMappable(tx, role, workspaceId);
  if (ended.length > 0) await tx.delete(groupRole).where(inArray(groupRole.id, ended.map(({ id }) => id)));
  if (added.length > 0) {
    await tx.insert(groupRole).values(added.map((each) => ({ ...each, id: newId(), organizationId: ctx.organizationId, groupId, createdBy: ctx.actor.id, createdAt: sql`now()` })));
  }
  return { before: before.map(bare), after: gives.map(bare), group };
}

const keyOf = ({ role, workspaceId }: Given) => `${role}@${workspaceId ?? "organization"}`;
const bare = ({ role, workspaceId }: Given): Given => ({ role, workspaceId });

async function requireMappable(tx: Tx, role: Wanted["role"], workspaceId: string | null): Promise<void> {
  const { label, timeLimited, scopes } = permissionTable[role];
  if (timeLimited) throw new AppError("invalid_input", `${label} always ends on a day, so no group gives it.`, { hint: "Give it to people by hand.", fields: { gives: "has a role that always ends" } });
  if (!workspaceId) return;
  if (!scopes.includes("workspace")) throw new AppError("invalid_input", `${label} is given on the whole organization only.`, { fields: { gives: "has a role that no workspace has" } });
  const [open] = await tx.select({ id: workspace.id }).from(workspace).where(and(eq(workspace.id, workspaceId), isNull(workspace.archivedAt)));
  if (!open) throw notFound("workspace");
}
