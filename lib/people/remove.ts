import { and, count, eq, ne } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockAdmins } from "./access";
import type { Successor } from "./hand-over";
import { leave } from "./leave";
import { authorizeOver, loadMember, visiblePeople } from "./member";
import type { LeavingReceipt } from "./receipt";

export const RemovePersonInput = z.strictObject({
  id: z.uuid(),
  /** Who answers for their agents from now on; required when they own any. */
  successorId: z.union([z.uuid(), z.literal("").transform(() => null)]).nullish(),
});
export type RemovePersonInput = z.infer<typeof RemovePersonInput>;

/**
 * The one step of leaving. Their row stays, so that the audit and what they did keep a name, and so that nothing but the
 * deliberate `readmitPerson` lets them in again. An invitation that was never accepted is withdrawn the same way.
 * @throws AppError `conflict` for oneself and for the last organization admin; `forbidden` for somebody above the caller;
 * `invalid_input` without a successor for their agents.
 */
export async function removePerson(ctx: PersonCtx, { id, successorId }: RemovePersonInput): Promise<LeavingReceipt> {
  return transact(ctx, async (tx) => {
    await lockAdmins(tx);
    const member = await loadMember(tx, ctx, id);
    authorizeOver(tx, ctx, "remove", member.grants);
    if (id === ctx.actor.id) throw conflict("You cannot remove yourself.", "Another admin can.");
    await requireFreshProof(tx, ctx, "people.remove", id);
    const successor = successorId ? await requireSuccessor(tx, ctx, id, successorId) : null;
    if (!successor) await requireNoAgents(tx, id, member.name);
    const { receipt, audit, send } = await leave(tx, ctx, member, { by: "hand", successor });
    return { value: receipt, audit, send };
  });
}

async function requireSuccessor(tx: Tx, ctx: PersonCtx, leaverId: string, id: string): Promise<Successor> {
  const [row] = await tx.select({ id: person.id, name: person.name, status: person.status }).from(person).where(and(eq(person.id, id), visiblePeople(tx, ctx)));
  if (!row) throw notFound("person");
  const wrong = id === leaverId ? "must be somebody else" : row.status === "active" ? null : "must be somebody who is active";
  if (wrong) throw new AppError("invalid_input", `${row.name} cannot take over.`, { fields: { successorId: wrong } });
  return row;
}

async function requireNoAgents(tx: Tx, id: string, name: string): Promise<void> {
  const [owned] = await tx.select({ agents: count() }).from(agent).where(and(eq(agent.ownerId, id), ne(agent.status, "retired")));
  if (!owned?.agents) return;
  throw new AppError("invalid_input", `${name} answers for ${owned.agents === 1 ? "an agent" : `${owned.agents} agents`}.`, {
    hint: "Name somebody who answers for them from now on.",
    fields: { successorId: "choose who takes over" },
  });
}
