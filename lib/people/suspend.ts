import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { isAdminRole, lockAdmins, requireAdminLeft } from "./access";
import { endSessions } from "./leave";
import { authorizeOver, loadMember } from "./member";
import { tellOfStranded } from "./open-requests";

export const SuspendPersonInput = z.strictObject({ id: z.uuid() });
export type SuspendPersonInput = z.infer<typeof SuspendPersonInput>;

/**
 * Keeps somebody out for the time being: sessions end, signing in is refused; roles, agents and keys stay as they are.
 * @throws AppError `conflict` for oneself, the last organization admin, and whoever is not active.
 */
export async function suspendPerson(ctx: PersonCtx, { id }: SuspendPersonInput): Promise<{ sessionsEnded: number }> {
  return transact(ctx, async (tx) => {
    await lockAdmins(tx);
    const member = await loadMember(tx, ctx, id);
    authorizeOver(tx, ctx, "remove", member.grants);
    if (id === ctx.actor.id) throw conflict("You cannot suspend yourself.", "Another admin can.");
    await requireFreshProof(tx, ctx, "people.suspend", id);
    const [held] = await tx
      .update(person)
      .set({ status: "suspended", accessVersion: sql`${person.accessVersion} + 1` })
      .where(and(eq(person.id, id), eq(person.status, "active")))
      .returning({ id: person.id });
    if (!held) throw conflict(`${member.name} is not active.`, "Load the page again to see where they stand.");
    const sessions = await endSessions(tx, ctx.organizationId, id);
    if (member.grants.some((grant) => isAdminRole(grant.role))) await requireAdminLeft(tx);
    const { send } = await tellOfStranded(tx, ctx, { ...member, what: "was suspended" });
    const resource = { type: "person", id, name: member.email };
    return { value: { sessionsEnded: sessions.length }, audit: { action: "people.suspended", resource, details: { sessions } }, send };
  });
}
