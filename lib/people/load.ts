import { and, asc, desc, eq, isNull, ne } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { invitation, person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { may } from "@/lib/ability/authorize";
import type { ActionOf } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { missingFor } from "./access";
import { rolesOf, type HeldRole, type MemberRow } from "./list";
import { loadMember, visiblePeople } from "./member";

export type PersonView = Omit<MemberRow, "roles"> & {
  roles: (HeldRole & { canChange: boolean })[];
  /** The invitation that is open or has expired; null once accepted or withdrawn. */
  invitation: { sentAt: Date; expiresAt: Date; isOpen: boolean } | null;
  leftAt: Date | null;
  isSelf: boolean;
  can: { resend: boolean; remove: boolean; suspend: boolean; reactivate: boolean; readmit: boolean };
  /** How many agents they answer for, and who might in their place; for whoever may remove them. */
  owned: { agents: number; successors: { id: string; name: string; email: string }[] };
};

const mostSuccessors = 500;

/** One person, with what the caller may do about them. @throws AppError `not_found`. */
export async function loadPerson(ctx: PersonCtx, { id }: { id: string }): Promise<PersonView> {
  return read(ctx, async (tx) => {
    const { grants: _grants, leftBy: _leftBy, ...member } = await loadMember(tx, ctx, id);
    const roles = (await rolesOf(tx, [id])).get(id) ?? [];
    const isSelf = id === ctx.actor.id;
    const mayRemove = !isSelf && mayOver(ctx, "remove", roles);
    const remove = mayRemove && member.status !== "left";
    return {
      ...member,
      roles: roles.map((held) => ({ ...held, canChange: held.byHand && member.status !== "left" && mayOver(ctx, "update_role", [held]) })),
      invitation: member.status === "invited" ? await latestInvitation(tx, id) : null,
      isSelf,
      can: {
        resend: member.status === "invited" && mayOver(ctx, "invite", roles),
        remove,
        suspend: mayRemove && member.status === "active",
        reactivate: mayRemove && member.status === "suspended",
        readmit: member.status === "left" && may(ctx, "users", "invite"),
      },
      owned: remove ? await ownedBy(tx, ctx, id) : { agents: 0, successors: [] },
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

async function ownedBy(tx: Tx, ctx: PersonCtx, id: string): Promise<PersonView["owned"]> {
  const agents = await tx.$count(agent, and(eq(agent.ownerId, id), ne(agent.status, "retired")));
  if (agents === 0) return { agents, successors: [] };
  const successors = await tx
    .select({ id: person.id, name: person.name, email: person.email })
    .from(person)
    .where(and(eq(person.status, "active"), ne(person.id, id), visiblePeople(tx, ctx)))
    .orderBy(asc(person.name), asc(person.id))
    .limit(mostSuccessors);
  return { agents, successors };
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
