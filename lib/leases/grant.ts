import { z } from "zod";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { authorizeIssue } from "./authorize-issue";
import { leaseScopeFields } from "./scope";
import { writeLease } from "./write";

/** Lists may be written as one text, as a form sends them; an empty one names nothing. */
const listOf = <T extends z.ZodType>(items: T, between: RegExp) =>
  z.preprocess((given) => (typeof given === "string" ? given.split(between).map((item) => item.trim()).filter(Boolean) : given), items);
const orNothing = (given: unknown) => (typeof given === "string" && given.trim() === "" ? null : given);
const { tools, operations, resources, domains } = leaseScopeFields;

export const GrantLeaseInput = z.strictObject({
  agentId: z.uuid(),
  ...leaseScopeFields,
  tools: listOf(tools, /[\s,]+/),
  operations: z.preprocess(orNothing, listOf(operations, /[\s,]+/)),
  resources: z.preprocess(orNothing, listOf(resources, /\r?\n/)),
  domains: listOf(domains, /[\s,]+/),
  reason: cleanText({ min: 3, max: 500, lines: true }),
});
export type GrantLeaseInput = z.infer<typeof GrantLeaseInput>;

/** `token`: shown this once, and not kept. */
export type GrantedLease = { id: string; token: string; expiresAt: Date };

/**
 * Issues a lease to an agent by oneself, without its having asked.
 * @throws AppError `forbidden`, `fresh_proof_needed`, `conflict` for an agent that is not active.
 */
export async function grantLease(ctx: PersonCtx, { reason, ...scope }: GrantLeaseInput): Promise<GrantedLease> {
  return transact(ctx, async (tx) => {
    const { status, workspaceId, id } = await authorizeIssue(tx, ctx, scope.agentId);
    await requireFreshProof(tx, ctx, "leases.issue", id);
    if (status !== "active") throw conflict(`This agent is ${status}; only an active one can use a lease.`);
    const { audit, ...granted } = await writeLease(tx, { organizationId: ctx.organizationId, workspaceId, scope, reason, issuedBy: ctx.actor.id, approvalId: null });
    return { value: granted, audit };
  }, { turn: "shared" });
}
