import { and, eq, sql } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import { spawnRequest, type ChildPolicy } from "@/db/schema/spawn";
import type { Tx } from "@/db/tenant";
import { globs } from "@/lib/actions/globs";
import { leftMicros, type OpenWindow } from "@/lib/budgets/window";
import { AppError } from "@/lib/errors";
import { documentMarks } from "@/lib/governance/in-force";
import { PolicyContent } from "@/lib/policies/content";
import { requirePolicy } from "@/lib/policies/load";
import { exceeds, type Exceeded } from "./exceeds";
import { longestWaitSeconds, maxDepth } from "./limits";

/** The name under which a policy's rows may block having children. That a person is asked no row changes. */
export const spawnTool = "agent.spawn";

/** The agent that asks, as it stands now, with the key that asked. Its row is locked: what it may is not changed meanwhile. */
export async function loadParent(tx: Tx, parentId: string, apiKeyId: string) {
  const [row] = await tx.select({ agent, policies: sql<string>`${sql.raw(documentMarks("agent"))}` }).from(agent).where(eq(agent.id, parentId)).for("update");
  const [key] = await tx
    .select({ createdBy: apiKey.createdBy, expiresAt: apiKey.expiresAt, revokedAt: apiKey.revokedAt, now: sql`now()`.mapWith(apiKey.expiresAt) })
    .from(apiKey)
    .where(and(eq(apiKey.id, apiKeyId), eq(apiKey.agentId, parentId)));
  if (!row || !key) return null;
  const [own] = await tx.select({ depth: spawnRequest.depth, endsAt: spawnRequest.endsAt }).from(spawnRequest).where(eq(spawnRequest.childId, parentId));
  const current = await requirePolicy(tx, parentId, row.agent.policyVersion);
  const { version: _version, note: _note, createdAt: _at, createdBy: _by, ...policy } = current;
  return { ...row.agent, policies: row.policies, policy: PolicyContent.parse(policy) satisfies ChildPolicy, key, depth: own?.depth ?? 0, ownEndsAt: own?.endsAt ?? null };
}

export type Parent = NonNullable<Awaited<ReturnType<typeof loadParent>>>;

export type Wanted = { policy: ChildPolicy; scopes: readonly string[]; parentScopes: readonly string[]; budgetMicros: number; endsAt: Date; depth: number };

/**
 * Everything in which a child would have more than its parent has now: rights, money, time, scopes, and children of its own
 * beyond what there may be.
 */
export function beyondParent(wanted: Wanted, parent: Parent, windows: readonly OpenWindow[]): Exceeded[] {
  const found = exceeds(wanted.policy, parent.policy);
  const scopes = wanted.scopes.filter((scope) => !wanted.parentScopes.includes(scope));
  if (scopes.length > 0) found.push({ field: "scopes", asked: scopes.join(", "), most: wanted.parentScopes.join(", ") });
  for (const window of windows) {
    const left = Math.max(0, leftMicros(window));
    if (window.hard && wanted.budgetMicros > left) found.push({ field: "budgetMicros", asked: String(wanted.budgetMicros), most: `${left}, left of the ${window.period}'s budget of the ${window.scopeType}` });
  }
  const [end] = [parent.ownEndsAt, parent.key.expiresAt].filter((at) => at !== null).sort((one, other) => one.getTime() - other.getTime());
  if (end && wanted.endsAt > end) found.push({ field: "lifeSeconds", asked: wanted.endsAt.toISOString(), most: `until ${end.toISOString()}, when ${end === parent.ownEndsAt ? "the parent's own life" : "the key that asks"} ends` });
  if (wanted.depth > maxDepth) found.push({ field: "depth", asked: String(wanted.depth), most: String(maxDepth) });
  return found;
}

/** What keeps the parent from having children at all. @throws AppError `policy_denied`. */
export function requireMayHaveChildren({ status, policy }: Parent): void {
  if (status !== "active") throw denied("agent.not_active", `This agent is ${status}; only active agents may have children.`);
  if (policy.level === "isolated") throw denied("level.isolated", "This agent is isolated: it may use the sandbox and nothing else.");
  if (policy.tools.some((row) => row.mode === "blocked" && globs([row.tool])(spawnTool))) throw denied("capability.blocked", `The policy blocks ${spawnTool}: this agent has no children.`);
}

export function denied(rule: string, message: string, extensions: Record<string, unknown> = {}): AppError {
  return new AppError("policy_denied", message, { hint: "The agent's owner can see the policy on the agent's page and ask for a change.", extensions: { rule, ...extensions } });
}

export function exceeding(found: readonly Exceeded[]): AppError {
  const first = found.slice(0, 3).map(({ field, asked, most }) => `${field}: ${asked} (at most ${most})`);
  return denied("spawn.exceeds_parent", `The child would have more than its parent: ${first.join("; ")}${found.length > 3 ? `; and ${found.length - 3} more` : ""}.`, { exceeds: found.slice(0, 50) });
}

/** How long a person has: never longer than the parent's own requests wait. */
export function waitSeconds({ policy }: Parent): number {
  return Math.min(policy.approvalTtlSeconds, longestWaitSeconds);
}
