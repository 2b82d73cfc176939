import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { agent, agentPolicy } from "@/db/schema/agent";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { PolicyContent, policyNote } from "./content";
import { policyDifference } from "./difference";
import { requirePolicy } from "./load";
import { policyHash } from "./policy-text";
import { requireNarrower } from "./widenings";

export const UpdatePolicyInput = z.strictObject({
  agentId: z.uuid(),
  /** The version that was edited: a change made meanwhile is not overwritten. */
  expectedVersion: z.int().min(1),
  policy: PolicyContent,
  note: policyNote.default(""),
});
export type UpdatePolicyInput = z.input<typeof UpdatePolicyInput>;

/**
 * Puts a new version of an agent's policy in force; the old ones are kept. Decisions made before keep theirs.
 * @throws AppError `conflict` when somebody else changed it first, or when nothing would change.
 */
export async function updatePolicy(ctx: Ctx, { note = "", ...input }: UpdatePolicyInput): Promise<{ version: number }> {
  return transact(ctx, async (tx) => {
    const [owner] = await tx.select().from(agent).where(eq(agent.id, input.agentId));
    if (!owner) throw notFound("agent");
    authorize(tx, ctx, "policies", "update", { workspaceId: owner.workspaceId, agentId: owner.id });
    if (owner.status === "retired") throw conflict("This agent is retired; its policy no longer changes.");
    await requireFreshProof(tx, ctx, "policies.update", `${owner.id} ${input.expectedVersion}`);
    const version = input.expectedVersion + 1;
    const [moved] = await tx
      .update(agent)
      .set({ policyVersion: version })
      .where(and(eq(agent.id, owner.id), eq(agent.policyVersion, input.expectedVersion)))
      .returning({ id: agent.id });
    if (!moved) {
      throw conflict(
        `The policy was changed meanwhile: version ${owner.policyVersion} is in force, and you edited version ${input.expectedVersion}.`,
        "Load the page again and repeat your change on the new version.",
      );
    }
    const before = await requirePolicy(tx, owner.id, input.expectedVersion);
    const changes = policyDifference(before, input.policy);
    if (changes.length === 0) throw conflict("Nothing would change: this is the policy in force.");
    const { tools, ...bounds } = input.policy;
    await requireNarrower(tx, owner, { tools, bounds }, { tools: before.tools, bounds: before });
    const written = await tx.insert(agentPolicy).values({
      ...input.policy,
      organizationId: ctx.organizationId,
      agentId: owner.id,
      version,
      note,
      createdBy: ctx.actor.kind === "person" ? ctx.actor.id : null,
    }).returning();
    return {
      value: { version },
      audit: {
        action: "policies.updated",
        resource: { type: "agent", id: owner.id, name: owner.name, workspaceId: owner.workspaceId },
        details: { version, note, changes, policySha256: policyHash(written) },
      },
    };
  });
}
