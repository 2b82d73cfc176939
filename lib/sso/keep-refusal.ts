import { and, desc, eq, notInArray } from "drizzle-orm";
import { ssoRefusal } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import type { RefusalKind } from "./refusal";

/** Of each kind, so that nobody hides one behind many of another; whoever wants more has the audit. */
const mostOfAKind = 20;

/** Keeps what was wrong with a sign-in where the admin of the connection looks. For use inside a verb, which has asked `authorize`. */
export async function keepRefusal(tx: Tx, ctx: Ctx, { id: connectionId }: { id: string }, { why, reason }: { why: RefusalKind; reason: string }): Promise<void> {
  await tx.insert(ssoRefusal).values({ id: newId(), organizationId: ctx.organizationId, connectionId, reference: ctx.requestId, why, reason: reason.slice(0, 1_000) });
  const ofKind = and(eq(ssoRefusal.connectionId, connectionId), eq(ssoRefusal.why, why));
  const last = tx.select({ id: ssoRefusal.id }).from(ssoRefusal).where(ofKind).orderBy(desc(ssoRefusal.createdAt), desc(ssoRefusal.id)).limit(mostOfAKind);
  await tx.delete(ssoRefusal).where(and(ofKind, notInArray(ssoRefusal.id, last)));
}
