import { eq } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { approvalLook } from "@/db/schema/approval-look";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";

export const NoteLookInput = z.strictObject({ id: z.uuid() });
export type NoteLookInput = z.infer<typeof NoteLookInput>;

/** Keeps when this person had the request open for the first time; further looks write nothing. It is what a decision's seconds count from. */
export async function noteLook(ctx: PersonCtx, input: NoteLookInput): Promise<void> {
  return transact(ctx, async (tx) => {
    const [row] = await tx.select({ workspaceId: approval.workspaceId, agentId: approval.agentId }).from(approval).where(eq(approval.id, input.id));
    if (!row) {
      authorizeAnywhere(tx, ctx, "approvals", "decide");
      throw notFound("request");
    }
    authorize(tx, ctx, "approvals", "decide", row);
    await tx.insert(approvalLook).values({ id: newId(), organizationId: ctx.organizationId, approvalId: input.id, personId: ctx.actor.id }).onConflictDoNothing();
    return { value: undefined, audit: noAudit("looking is no event; what is read is recorded by reading it") };
  });
}
