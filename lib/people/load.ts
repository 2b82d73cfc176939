import { and, desc, eq, isNull } from "drizzle-orm";
import { invitation } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { may } from "@/lib/ability/authorize";
import type { ActionOf } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { missingFor } from "./access";
import { rolesOf, type HeldRole, type MemberRow } from "./list";
import { loadMember } from "./member";

export type PersonView = Omit<MemberRow, "roles"> & {
  roles: (HeldRole & { canChange: boolean })[];
  /** The invitation that is open or has expired; null once accepted or withdrawn. */
  invitation: { sentAt: Date; expiresAt: Date; isOpen: boolean } | null;
  isSelf: boolean;
  can: { resend: boolean; remove: boolean };
};

/** One person, with what the caller may do about them. @throws AppError `not_found`. */
export async function loadPerson(ctx: PersonCtx, { id }: { id: string }): Promise<PersonView> {
  return read(ctx, async (tx) => {
    const { grants: _grants, ...member } = await loadMember(tx, ctx, id);
    const roles = (await rolesOf(tx, [id])).get(id) ?? [];
    const isSelf = id === ctx.actor.id;
    return {
      ...member,
      roles: roles.map((held) => ({ ...held, canChange: member.status !== "left" && mayOver(ctx, "update_role", [held]) })),
      invitation: member.status === "invited" ? await latestInvitation(tx, id) : null,
      isSelf,
      can: {
        resend: member.status === "invited" && mayOver(ctx, "invite", roles),
        remove: !isSelf && member.status !== "left" && mayOver(ctx, "remove", roles),
      },
    };
  });
}

/** The same question as `authorizeOver`, for what is offered on the page. */
function mayOver(ctx: PersonCtx, action: ActionOf<"users">, roles: readonly HeldRole[]): boolean {
  if (roles.length === 0) return may(ctx, "users", action, { workspaceId: null });
  return roles.every((held) => {
    const workspaceId = held.workspace?.id ?? null;
    return may(ctx, "users", action, { workspaceId }) && missingFor(ctx, held.role, workspaceId).length === 0;
  });
}

async function latestInvitation(tx: Tx, personId: string): Promise<PersonView["invitation"]> {
  const [row] = await tx
    .select({ sentAt: invitation.createdAt, expiresAt: invitation.expiresAt })
    .from(invitation)
    .where(and(eq(invitation.personId, personId), isNull(invitation.acceptedAt), isNull(invitation.revokedAt)))
    .orderBy(desc(invitation.createdAt))
    .limit(1);
  return row ? { ...row, isOpen: row.expiresAt > new Date() } : null;
}
