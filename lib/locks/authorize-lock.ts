import { and, eq } from "drizzle-orm";
import { roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAny, may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notEnded, requireHeld } from "@/lib/people/access";
import type { Lockable } from "./target";

const whole = { workspaceId: null };

/** Whether the caller may lock whatever is in the organization, and lift what anybody locked. */
export function mayLockAnything(ctx: Pick<PersonCtx, "ability">): boolean {
  return may(ctx, "settings", "update", whole);
}

/** Whether a lock on something there may be offered to the caller; `authorizeLock` decides. */
export function mayLock(ctx: Pick<PersonCtx, "ability">, { workspaceId }: Pick<Lockable, "workspaceId">): boolean {
  return mayLockAnything(ctx) || (workspaceId !== null && may(ctx, "approvals", "decide", { workspaceId }));
}

/**
 * Who changes the organization's settings locks anything in it, except for people above them and their roles. What agents
 * do in a workspace is stopped by whoever decides requests there, too: they say no to each of them already.
 * @throws AppError `forbidden`.
 */
export async function authorizeLock(tx: Tx, ctx: PersonCtx, { kind, target, workspaceId }: Pick<Lockable, "kind" | "target" | "workspaceId">): Promise<void> {
  if (workspaceId !== null) return authorizeAny(tx, ctx, { workspaceId }, ["settings", "update"], ["approvals", "decide"]);
  authorize(tx, ctx, "settings", "update", whole);
  if (kind === "role") requireHeld(ctx, target, null);
  if (kind !== "person") return;
  const grants = await tx.select().from(roleGrant).where(and(eq(roleGrant.personId, target), notEnded()));
  for (const grant of grants) requireHeld(ctx, grant.role, grant.workspaceId);
}
