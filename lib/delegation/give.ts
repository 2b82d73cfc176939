import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { delegation } from "@/db/schema/presence";
import type { Tx } from "@/db/tenant";
import { authorizeAny, authorizeAnywhere, may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { notify } from "@/lib/notices/notify";
import { periodFields, periodOf } from "@/lib/presence/period";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { isSamePerson, whereDecides } from "./deputies";

export const GiveDelegationInput = z.strictObject({
  toPersonId: z.uuid("must be one of the people"),
  /** Null, or `everywhere` from a form: wherever the caller may decide. */
  workspaceId: z.union([z.uuid(), z.null(), z.literal("everywhere").transform(() => null)]).default(null),
  ...periodFields,
  reason: cleanText({ max: 500 }),
});
export type GiveDelegationInput = z.infer<typeof GiveDelegationInput>;

const mostStanding = 20;

/**
 * Gives the caller's part in approvals to somebody for a time; it counts in stages that allow it. The deputy needs to be one
 * who may decide there themselves: the part that is given is a seat, never a right.
 * @throws AppError `invalid_input` for oneself, whoever may not decide there, and days that are over; `conflict` where they have it already.
 */
export async function giveDelegation(ctx: PersonCtx, { toPersonId, workspaceId, reason, ...days }: GiveDelegationInput): Promise<{ id: string }> {
  const { id: fromPersonId, name } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorizeGiving(tx, ctx, workspaceId);
    if (workspaceId) await requireWorkspace(tx, workspaceId);
    const deputy = await requireDeputy(tx, fromPersonId, toPersonId, workspaceId);
    const { startsAt, endsAt } = await periodOf(tx, days);
    const standing = await tx.$count(delegation, and(eq(delegation.fromPersonId, fromPersonId), isNull(delegation.endedAt), gt(delegation.endsAt, sql`now()`)));
    if (standing >= mostStanding) throw conflict(`You have given your part ${mostStanding} times already.`, "End one of them first.");
    if (await isGivenAlready(tx, { fromPersonId, toPersonId, workspaceId }, startsAt, endsAt)) {
      throw conflict("They have your part there on some of these days already.", "End that first, so that ending one is ending it.");
    }
    await requireFreshProof(tx, ctx, "delegation.give", `${toPersonId} ${workspaceId ?? "everywhere"} ${days.firstDay ?? "now"} ${days.lastDay}`);
    const id = newId();
    await tx.insert(delegation).values({ id, organizationId: ctx.organizationId, fromPersonId, toPersonId, workspaceId, startsAt, endsAt, reason, createdBy: fromPersonId });
    await notify(tx, ctx.organizationId, {
      personIds: [toPersonId],
      dedupeKey: `delegation:${id}`,
      title: `${name} gave you their part in approvals`,
      body: `From ${days.firstDay ?? "now"} to the end of ${days.lastDay}. ${reason}`,
      href: "/account",
    });
    publish(tx, ctx.organizationId, "approvals");
    const details = { to: toPersonId, toEmail: deputy.email, from: startsAt.toISOString(), until: endsAt.toISOString(), reason };
    return { value: { id }, audit: { action: "approvals.delegated", resource: { type: "delegation", id, name: `to ${deputy.email}`, workspaceId }, details } };
  });
}

type Given = Pick<typeof delegation.$inferInsert, "fromPersonId" | "toPersonId" | "workspaceId">;

/** Whether the same part is with the same person at some moment between the two. */
async function isGivenAlready(tx: Tx, { fromPersonId, toPersonId, workspaceId }: Given, startsAt: Date, endsAt: Date): Promise<boolean> {
  const same = and(eq(delegation.fromPersonId, fromPersonId), eq(delegation.toPersonId, toPersonId), workspaceId ? eq(delegation.workspaceId, workspaceId) : isNull(delegation.workspaceId));
  return (await tx.$count(delegation, and(same, isNull(delegation.endedAt), lt(delegation.startsAt, endsAt), gt(delegation.endsAt, startsAt)))) > 0;
}

/** Only who has a part can give it. */
function authorizeGiving(tx: Tx, ctx: PersonCtx, workspaceId: string | null): void {
  if (workspaceId) authorizeAny(tx, ctx, { workspaceId }, ["approvals", "decide"], ["budgets", "override"]);
  else if (may(ctx, "budgets", "override")) authorizeAnywhere(tx, ctx, "budgets", "override");
  else authorizeAnywhere(tx, ctx, "approvals", "decide");
}

async function requireWorkspace(tx: Tx, id: string): Promise<void> {
  const [row] = await tx.select({ id: workspace.id }).from(workspace).where(and(eq(workspace.id, id), isNull(workspace.archivedAt)));
  if (!row) throw notFound("workspace");
}

async function requireDeputy(tx: Tx, fromPersonId: string, id: string, workspaceId: string | null): Promise<{ email: string }> {
  const [found] = await tx
    .select({ email: person.email, status: person.status, isSame: isSamePerson(fromPersonId), decides: sql<boolean>`${whereDecides(tx, workspaceId ? [workspaceId] : null)}` })
    .from(person)
    .where(eq(person.id, id));
  if (!found) throw notFound("person");
  if (found.isSame) throw wrong("must be somebody else: each person counts once, with all of their accounts");
  if (found.status !== "active" || !found.decides) throw wrong("must be somebody who may decide there themselves: a part in approvals gives no rights");
  return found;
}

const wrong = (text: string) => new AppError("invalid_input", `The deputy ${text}.`, { fields: { toPersonId: text } });
