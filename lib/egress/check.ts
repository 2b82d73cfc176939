import { z } from "zod";
import { loadAgent } from "@/lib/actions/load-agents";
import { authorize } from "@/lib/ability/authorize";
import { recordEvent } from "@/lib/audit/record";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { documentsInForce, readMarks } from "@/lib/governance/in-force";
import { read } from "@/lib/transact";
import { isPublicAddress } from "./address";
import { normalizeHost, type ReadHost } from "./host";
import { egressLayers } from "./layers";
import { resolveHost } from "./resolve";
import { egressVerdict, type EgressVerdict } from "./verdict";

export const CheckNetworkInput = z.strictObject({
  url: z.string().min(1, "must not be empty").max(4_096),
  /** What its name led to where the agent looked; looked up here where they are not given. */
  addresses: z.array(z.string().max(64)).min(1).max(20).optional(),
});
export type CheckNetworkInput = z.infer<typeof CheckNetworkInput>;

export const NetworkCheckView = z.object({
  outcome: z.enum(["allow", "ask", "deny"]),
  rule: z.string(),
  message: z.string(),
  /** In its one form: lower case, punycode, no port. */
  host: z.string().nullable(),
  /** Whose list decided. */
  source: z.object({ scopeType: z.enum(["organization", "workspace", "template", "session"]), version: z.int() }).nullable(),
  pattern: z.string().nullable(),
  /** To which of them to connect: those that were checked. */
  addresses: z.array(z.string()),
});
export type NetworkCheckView = z.infer<typeof NetworkCheckView>;

/**
 * What an agent asks before it connects or follows a redirect. Only names that a list allows are looked up, since a lookup
 * alone carries data out; one that leads to any address which is not public is denied. A denial is an event.
 */
export async function checkNetwork(ctx: AgentCtx, { url, addresses }: CheckNetworkInput, lookUp: typeof resolveHost = resolveHost): Promise<NetworkCheckView> {
  const target = normalizeHost(url);
  const { verdict, workspaceId } = await byLists(ctx, target);
  const connects = verdict.outcome === "allow" ? await addressesOf(target, addresses, lookUp) : [];
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

async function byLists(ctx: AgentCtx, target: ReadHost): Promise<{ verdict: EgressVerdict; workspaceId: string | null }> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "actions", "submit", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const agent = await loadAgent(tx, ctx.actor.apiKeyId);
    const workspaceId = agent?.workspaceId ?? null;
    const denied = (rule: string, message: string) => ({ workspaceId, verdict: { outcome: "deny" as const, rule, message, host: target.ok ? target.host : null, source: null, pattern: null } });
    if (agent?.agentStatus !== "active") return denied("agent.not_active", "Only an active agent may reach anything.");
    if (agent.level === "isolated") return denied("level.isolated", "This agent is isolated: it reaches nothing outside of the sandbox.");
    const marks = readMarks(agent.marks).filter(({ kind }) => kind === "egress");
    return { workspaceId, verdict: egressVerdict(egressLayers(await documentsInForce(tx, ctx.organizationId, marks)), target) };
  });
}

async function addressesOf(target: ReadHost, given: readonly string[] | undefined, lookUp: typeof resolveHost): Promise<string[]> {
  if (!target.ok) return [];
  if (target.kind !== "name") return [target.host];
  return given ? [...given] : lookUp(target.host);
}

function byAddresses(verdict: EgressVerdict, addresses: readonly string[]): EgressVerdict {
  if (verdict.outcome !== "allow") return verdict;
  if (addresses.length === 0) return { ...verdict, outcome: "deny", rule: "egress.unresolved", message: `${verdict.host} is listed, and no address of it could be found.` };
  const hidden = addresses.find((address) => !isPublicAddress(address));
  return hidden === undefined ? verdict : { ...verdict, outcome: "deny", rule: "egress.private_address", message: `${verdict.host} is listed, and leads to ${hidden.slice(0, 64)}, which is not an address of the public internet.` };
}
