import { and, eq, or } from "drizzle-orm";
import type { approval } from "@/db/schema/action";
import { agentPolicy } from "@/db/schema/agent";
import { governanceDocument } from "@/db/schema/governance";
import type { Tx } from "@/db/tenant";
import { type Mark, readMarks } from "@/lib/governance/in-force";
import { policyText } from "@/lib/policies/policy-text";
import type { BundledDigest, BundledPolicy, ProofBundle } from "./bundle";
import { canonicalJson } from "./canonical";
import { hashOfText } from "./digest";
import { readBody } from "./event-body";
import type { Found } from "./read-events";

/** Longer texts are not put into a bundle: their hash says which they are, and the portal shows every version. */
const longestText = 128 * 1024;

type Approval = typeof approval.$inferSelect;

/** The text of each policy that a request was asked under: the agent's own, the documents that the digest names, and those that say who must agree. */
export async function readPolicies(tx: Tx, asked: Approval, own: readonly Found[], digest: BundledDigest | null): Promise<BundledPolicy[]> {
  const marks = [...namedIn(asked, own, digest), ...sourcesOf(asked)];
  const once = [...new Map(marks.map((mark) => [`${mark.kind} ${mark.scopeId} ${mark.version}`, mark])).values()];
  return [...(await agentsOwn(tx, asked)), ...(await documents(tx, once))];
}

/** As much of the plan as is checked. */
export function planOf({ plan }: Approval): ProofBundle["plan"] {
  if (!plan) return null;
  const stages = plan.stages.map(({ source, ...stage }) => ({ ...stage, anyOf: stage.anyOf.map((each) => ({ ...each, people: [...each.people] })), source: source && { ...source } }));
  return { stages, ownerMayDecide: plan.ownerMayDecide };
}

function namedIn(asked: Approval, own: readonly Found[], digest: BundledDigest | null): Mark[] {
  if (asked.kind === "spawn") return readMarks(typeof digest?.parts.policies === "string" ? digest.parts.policies : "");
  const first = own.map(({ body }) => readBody(body)).find((body) => body?.action === "actions.decided" && body.resource.id === asked.actionId);
  const lines = first?.details.policyMarks;
  return Array.isArray(lines) ? readMarks(lines.join("\n")) : [];
}

function sourcesOf({ plan }: Approval): Mark[] {
  return (plan?.stages ?? []).flatMap(({ source }) => (source ? [{ kind: "approvals" as const, scopeType: source.scopeType, scopeId: source.scopeId, version: source.version }] : []));
}

async function documents(tx: Tx, marks: readonly Mark[]): Promise<BundledPolicy[]> {
  if (marks.length === 0) return [];
  const { kind, scopeId, version } = governanceDocument;
  const rows = await tx.select().from(governanceDocument).where(or(...marks.map((mark) => and(eq(kind, mark.kind), eq(scopeId, mark.scopeId), eq(version, mark.version)))));
  return rows.map((row) => ({ kind: row.kind, scopeType: row.scopeType, scopeId: row.scopeId, version: row.version, ...keptText(canonicalJson(row.content)) }));
}

async function agentsOwn(tx: Tx, { agentId, policyVersion }: Approval): Promise<BundledPolicy[]> {
  if (!agentId || policyVersion === null) return [];
  const [row] = await tx.select().from(agentPolicy).where(and(eq(agentPolicy.agentId, agentId), eq(agentPolicy.version, policyVersion)));
  return row ? [{ kind: "agent", scopeType: "agent", scopeId: agentId, version: policyVersion, ...keptText(policyText(row)) }] : [];
}

function keptText(text: string) {
  const part = { sha256: hashOfText(text), bytes: Buffer.byteLength(text) };
  return part.bytes > longestText ? { ...part, why: "The text is longer than a bundle takes, so it is not here." } : { ...part, text };
}
