import canonicalize from "canonicalize";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { type ArgumentPattern, standingApproval } from "@/db/schema/standing";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { oneIsEnough } from "@/lib/approvals/one-is-enough";
import { approvalName, type ApprovalRow, selectApproval } from "@/lib/approvals/row";
import { approvalObstacle, decisionObstacle } from "@/lib/approvals/rules";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { proofDetails, requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText, microsSchema } from "@/lib/text";
import { transact } from "@/lib/transact";

const longestDays = 90;
const mostArgumentBytes = 64 * 1024;

const Glob = cleanText({ max: 512 });

export const GrantStandingInput = z.strictObject({
  /** The request that it is granted from. */
  id: z.uuid(),
  /** SHA-256, hexadecimal, of what the person saw. */
  digest: z.string().regex(/^[0-9a-f]{64}$/, "must be the digest that was shown: 64 hexadecimal digits"),
  reason: cleanText({ max: 1000, lines: true }),
  /** For each argument: as it is in this request, or a text that the glob matches; `*` alone is anything. */
  arguments: z.record(z.string().max(512), z.union([z.strictObject({ same: z.literal(true) }), z.strictObject({ glob: Glob })])),
  /** A glob. Null: exactly as in this request, which must hold no star then. */
  resource: Glob.nullable(),
  days: z.int("must be a whole number of days").min(1).max(longestDays, `must be at most ${longestDays}`),
  usesMost: z.int("must be a whole number").min(1).max(10_000),
  costEachMicros: microsSchema,
  costTotalMicros: microsSchema,
});
export type GrantStandingInput = z.infer<typeof GrantStandingInput>;

/**
 * Lets what is like a request go on without asking again: by who could decide it alone, for what they saw, never for what is
 * critical, and only as long as the policies stay as they are. The request itself still waits for its decision.
 * @throws AppError `forbidden` for one's own agent; `conflict`, `invalid_input`, `fresh_proof_needed`.
 */
export async function grantStanding(ctx: PersonCtx, input: GrantStandingInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const row = await selectApproval(tx, input.id);
    if (!row) throw notFound("request");
    authorize(tx, ctx, "approvals", "decide", { workspaceId: row.workspaceId, agentId: row.agentId });
    requireGrantable(ctx, row);
    const [stored] = await tx
      .select({ asked: action, policyVersion: approval.policyVersion })
      .from(approval)
      .innerJoin(action, eq(action.id, approval.actionId))
      .where(and(eq(approval.id, row.id), eq(approval.status, "pending"), eq(approval.digest, Buffer.from(input.digest, "hex"))))
      .for("share");
    if (!stored || row.kind !== "action") throw conflict("This request is not the one that you were shown.", "Load it again and read it before you decide.");
    const { asked } = stored;
    // A star that the agent wrote is part of a name; taken for a glob it would stand for what nobody saw.
    if (input.resource === null && asked.resource.includes("*")) {
      throw conflict("The resource of this request holds a star, which would stand for other resources too.", "Write which resources are meant.");
    }
    const patterns = patternsOf(asked.arguments, input.arguments);
    if (input.costEachMicros > input.costTotalMicros) throw new AppError("invalid_input", "One use may not cost more than all together.", { fields: { costEachMicros: "is more than the total" } });
    const proof = await requireFreshProof(tx, ctx, "standing.grant", row.id);
    const id = newId();
    const now = new Date();
    const scope = { tool: asked.tool, operation: asked.operation, resource: input.resource ?? asked.resource, riskAtMost: row.risk, policyVersion: asked.policyVersion, usesMost: input.usesMost, costEachMicros: input.costEachMicros, costTotalMicros: input.costTotalMicros };
    const validUntil = new Date(now.getTime() + input.days * 86_400_000);
    await tx.insert(standingApproval).values({
      id, organizationId: ctx.organizationId, workspaceId: asked.workspaceId, agentId: asked.agentId, approvalId: row.id, grantedBy: ctx.actor.id, reason: input.reason, ...scope,
      arguments: patterns, policies: asked.policies, validFrom: now, validUntil,
    });
    return {
      value: { id },
      audit: {
        action: "standing.granted",
        resource: { type: "standing approval", id, name: approvalName(row), workspaceId: row.workspaceId },
        details: { ...scope, approvalId: row.id, agentId: asked.agentId, digest: input.digest, reason: input.reason, argumentNames: Object.keys(patterns), validUntil: validUntil.toISOString(), proof: proofDetails(proof) },
        approval: { id: row.id, required: true, by: ctx.actor.id, policyVersion: row.policyVersion },
      },
    };
  }, { turn: "shared" });
}

function requireGrantable(ctx: PersonCtx, row: ApprovalRow): void {
  const now = new Date();
  const blocked = decisionObstacle(ctx, row, now) ?? approvalObstacle(row, now);
  if (blocked?.code === "own") throw new AppError("forbidden", blocked.message, { hint: blocked.hint, extensions: { permission: "approvals.decide on own request" } });
  if (blocked) throw blocked.code === "locked" ? new AppError("locked", blocked.message, { hint: blocked.hint }) : conflict(blocked.message, blocked.hint);
  if (row.risk === "CRITICAL") throw conflict("What is critical is asked for each time.", "Decide this request by itself.");
  if (!oneIsEnough(row.plan)) throw conflict("Several people must agree on this, so nobody lets it stand alone.", "Decide this request by itself.");
}

/** Every argument of the request, and none besides. */
function patternsOf(canonical: string, given: GrantStandingInput["arguments"]): Record<string, ArgumentPattern> {
  const args = z.record(z.string(), z.json()).parse(JSON.parse(canonical));
  const names = Object.keys(args);
  const strange = [...names.filter((name) => !Object.hasOwn(given, name)), ...Object.keys(given).filter((name) => !Object.hasOwn(args, name))];
  if (strange.length > 0) throw new AppError("invalid_input", "Say of each argument of this request what it must be, and of no other.", { hint: "Load the request again." });
  const patterns = Object.fromEntries(
    names.map((name): [string, ArgumentPattern] => {
      const pattern = given[name];
      return [name, pattern && "glob" in pattern ? { glob: pattern.glob } : { equals: canonicalize(args[name]) ?? "" }];
    }),
  );
  if (Buffer.byteLength(JSON.stringify(patterns)) > mostArgumentBytes) throw conflict("The arguments are too large to let them stand.", "Decide each request by itself.");
  return patterns;
}
