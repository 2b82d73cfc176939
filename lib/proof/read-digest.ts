import { and, eq } from "drizzle-orm";
import type { action, approval } from "@/db/schema/action";
import { narrowing } from "@/db/schema/narrowing";
import { spawnRequest } from "@/db/schema/spawn";
import type { Tx } from "@/db/tenant";
import { maskJson } from "@/lib/approvals/mask";
import type { BundledDigest, BundledText } from "./bundle";
import { hashOfText } from "./digest";

/** Arguments longer than this are not put into a bundle: files are what is long of them. */
const longestArguments = 256 * 1024;

type Approval = typeof approval.$inferSelect;

/** What the digest of a request is of, so that it can be computed again. */
export async function readDigest(tx: Tx, asked: Approval, stored: typeof action.$inferSelect | undefined): Promise<BundledDigest | null> {
  if (stored) return ofAction(tx, asked, stored);
  const sha256 = asked.digest.toString("hex");
  const { organizationId, workspaceId, reason, requesterPersonId, requesterAgentId, keyMakerId } = asked;
  if (asked.kind === "access" && asked.leaseRequest) return { sha256, parts: { kind: "access", scope: { ...asked.leaseRequest }, reason, organizationId, workspaceId }, arguments: null };
  if (asked.kind === "budget" && asked.budgetRequest) return { sha256, parts: { kind: "budget", ...asked.budgetRequest, requesterPersonId, requesterAgentId, keyMakerId, reason }, arguments: null };
  return asked.kind === "spawn" ? ofSpawn(tx, asked, sha256) : null;
}

async function ofAction(tx: Tx, asked: Approval, stored: typeof action.$inferSelect): Promise<BundledDigest> {
  const { agentId, tool, operation, resource, policyVersion, policies, limits } = stored;
  const [edited] = limits
    ? await tx.select({ before: narrowing.argumentsBefore }).from(narrowing).where(and(eq(narrowing.approvalId, asked.id), eq(narrowing.status, "accepted")))
    : [];
  return {
    sha256: stored.digest.toString("hex"),
    parts: { agentId, tool, operation, resource, policyVersion, ...(policies ? { policies: policies.toString("hex") } : {}), ...(limits ? { limits: JSON.parse(limits) as unknown } : {}) },
    arguments: keptText(stored.arguments),
    ...(edited?.before ? { original: keptText(edited.before) } : {}),
  };
}

function keptText(text: string): BundledText {
  const part = { sha256: hashOfText(text), bytes: Buffer.byteLength(text) };
  if (maskJson(JSON.parse(text)).count > 0) return { ...part, why: "The arguments hold what looks like a secret, so they are not here." };
  return part.bytes > longestArguments ? { ...part, why: "The arguments are longer than a bundle takes, so they are not here." } : { ...part, text };
}

async function ofSpawn(tx: Tx, asked: Approval, sha256: string): Promise<BundledDigest | null> {
  const [row] = await tx.select().from(spawnRequest).where(eq(spawnRequest.approvalId, asked.id));
  if (!row) return null;
  const { id, organizationId, workspaceId, projectId, parentId, name, kind, purpose, policy, scopes, budgetMicros, depth, policyVersion, policies, endsAt } = row;
  const parts = { id, organizationId, workspaceId, projectId, parentId, name, kind, purpose, policy, scopes, budgetMicros, depth, policyVersion, policies, endsAt: endsAt.toISOString(), approvalId: asked.id };
  return { sha256, parts, arguments: null };
}
