import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { type AgentRecord, loadAgent } from "@/lib/actions/load-agents";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { recordEvent } from "@/lib/audit/record";
import { boundariesOf } from "@/lib/boundaries/of-action";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { marksHash } from "@/lib/governance/in-force";
import { actionSession, shownSession } from "@/lib/leases/session";
import { openLease, type ShownLease } from "@/lib/leases/token";
import { read } from "@/lib/transact";
import { isPublicAddress } from "./address";
import { normalizeHost, type ReadHost } from "./host";
import { type HostVerdict, judgeHost, type PartOf } from "./judge-host";
import { resolveHost } from "./resolve";

export const CheckNetworkInput = z.strictObject({
  url: z.string().min(1, "must not be empty").max(4_096),
  /** What its name led to where the agent looked; looked up here where they are not given. */
  addresses: z.array(z.string().max(64)).min(1).max(20).optional(),
  /** The action that it is part of: its tool counts, what was approved for its hosts, and the lease by which it passed. */
  actionId: z.uuid().optional(),
  lease: SubmitActionInput.shape.lease,
});
export type CheckNetworkInput = z.infer<typeof CheckNetworkInput>;

export const NetworkCheckView = z.object({
  outcome: z.enum(["allow", "ask", "deny"]),
  rule: z.string(),
  message: z.string(),
  /** In its one form: lower case, punycode, no port. */
  host: z.string().nullable(),
  /** Whose list or policy decided. */
  source: z.object({ scopeType: z.enum(["organization", "workspace", "template", "agent", "session"]), version: z.int() }).nullable(),
  pattern: z.string().nullable(),
  /** To which of them to connect: those that were checked. */
  addresses: z.array(z.string()),
});
export type NetworkCheckView = z.infer<typeof NetworkCheckView>;

/**
 * What an agent asks before it connects or follows a redirect, answered by all that a decision asks of a host. Only names that are
 * allowed are looked up, since a lookup alone carries data out; one that leads to any address which is not public is denied. A
 * denial is an event. @throws AppError `not_found` for an action that is not the agent's.
 */
export async function checkNetwork(ctx: AgentCtx, input: CheckNetworkInput, lookUp: typeof resolveHost = resolveHost): Promise<NetworkCheckView> {
  const target = normalizeHost(input.url);
  const shown = input.lease === undefined ? null : await openLease(input.lease, { organizationId: ctx.organizationId, agentId: ctx.actor.id });
  const { verdict, workspaceId } = await byPolicies(ctx, target, input, shown);
  const connects = verdict.outcome === "allow" ? await addressesOf(target, input.addresses, lookUp) : [];
  const checked = byAddresses(verdict, connects);
  if (checked.outcome === "deny") {
    const { rule, message, host, source, pattern } = checked;
    await recordEvent(ctx, {
      action: "egress.refused",
      resource: { type: "domain", id: host ?? "unreadable", name: host ?? "unreadable", workspaceId },
      details: { rule, message, pattern, level: source?.scopeType ?? null, version: source?.version ?? null },
      outcome: "blocked",
    });
  }
  const { source, ...answer } = checked;
  return { ...answer, source: source && { scopeType: source.scopeType, version: source.version }, addresses: checked.outcome === "allow" ? connects : [] };
}

async function byPolicies(ctx: AgentCtx, target: ReadHost, { actionId }: CheckNetworkInput, shown: ShownLease | null): Promise<{ verdict: HostVerdict; workspaceId: string | null }> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "actions", "submit", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const agent = await loadAgent(tx, ctx.actor.apiKeyId);
    const denied = (rule: string, message: string) => ({ workspaceId: agent?.workspaceId ?? null, verdict: { outcome: "deny" as const, rule, message, host: target.ok ? target.host : null, source: null, pattern: null } });
    if (!agent) return denied("agent.not_active", "Only an active agent may reach anything.");
    const going = actionId === undefined ? null : await goingAction(tx, agent, actionId);
    if (going === "over") return denied("action.over", "The action that this is part of is not going on.");
    const part = going;
    const asked = { agentId: agent.agentId, workspaceId: agent.workspaceId, tool: part?.tool ?? null };
    const lease = shown ? await shownSession(tx, shown, asked) : actionId === undefined ? null : await actionSession(tx, actionId, asked);
    if (lease && "rule" in lease) return denied(lease.rule, lease.message);
    return { workspaceId: agent.workspaceId, verdict: judgeHost(agent, target, { session: lease?.layer ?? null, part, at: new Date() }) };
  });
}

/** Longer arguments are files; the hosts in them are asked for like any other. */
const longestRead = 64 * 1024;

/** The action that a connection is part of, with the hosts that it named when it was decided under what is still in force. */
async function goingAction(tx: Tx, agent: AgentRecord, id: string): Promise<PartOf | "over"> {
  const [row] = await tx
    .select({
      agentId: action.agentId, status: action.status, tool: action.tool, operation: action.operation, resource: action.resource, purpose: action.purpose, risk: action.risk,
      costMicros: action.estimatedCostMicros, policies: action.policies, policyVersion: action.policyVersion,
      text: sql<string | null>`case when octet_length(${action.arguments}) <= ${longestRead} then ${action.arguments} end`,
    })
    .from(action)
    .where(and(eq(action.id, id), eq(action.agentId, agent.agentId)));
  if (!row) throw notFound("action");
  if (row.status !== "allowed" && row.status !== "running") return "over";
  const { tool, operation, resource, risk, costMicros, text } = row;
  const isStill = row.policyVersion === agent.policyVersion && row.policies?.equals(marksHash(agent.marks));
  const hosts = isStill && text !== null ? boundariesOf({ tool, operation, resource, arguments: JSON.parse(text) as SubmitActionInput["arguments"] }).hosts : [];
  return { tool, operation, risk, costMicros, purposeGiven: row.purpose !== "", named: hosts.flatMap((one) => (one.ok ? [one.host] : [])) };
}

async function addressesOf(target: ReadHost, given: readonly string[] | undefined, lookUp: typeof resolveHost): Promise<string[]> {
  if (!target.ok) return [];
  if (target.kind !== "name") return [target.host];
  return given ? [...given] : lookUp(target.host);
}

function byAddresses(verdict: HostVerdict, addresses: readonly string[]): HostVerdict {
  if (verdict.outcome !== "allow") return verdict;
  if (addresses.length === 0) return { ...verdict, outcome: "deny", rule: "egress.unresolved", message: `${verdict.host} is allowed, and no address of it could be found.` };
  const hidden = addresses.find((address) => !isPublicAddress(address));
  return hidden === undefined ? verdict : { ...verdict, outcome: "deny", rule: "egress.private_address", message: `${verdict.host} is allowed, and leads to ${hidden.slice(0, 64)}, which is not an address of the public internet.` };
}
