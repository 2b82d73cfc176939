import { eq } from "drizzle-orm";
import { z } from "zod";
import { agent, agentKinds, agentStatuses, apiKey } from "@/db/schema/agent";
import { organization, project, workspace } from "@/db/schema/organization";
import { loadAgent } from "@/lib/actions/load-agents";
import { markChecked } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { useLimitNames, type UseLimitName } from "@/lib/policies/use-limits";
import { read } from "@/lib/transact";

const limit = z.int().nullable();
const limitShape = { apiCallsPerMinute: limit, apiCallsPerHour: limit, tokensPerAction: limit, tokensPerDay: limit, tokensPerMonth: limit } satisfies Record<UseLimitName, typeof limit>;

const named = z.object({ id: z.uuid(), name: z.string() });

/** What an agent may know about itself. */
export const SelfView = z.object({
  agent: named.extend({ kind: z.enum(agentKinds), status: z.enum(agentStatuses), policyVersion: z.int() }),
  key: named.extend({ prefix: z.string(), scopes: z.array(z.string()), expiresAt: z.iso.datetime().nullable() }),
  organization: named.extend({ currency: z.string() }),
  workspace: named,
  project: named,
  /** How much the agent may use in all, by its own policy and what stands above it; null: not limited. */
  limits: z.object(limitShape),
});
export type SelfView = z.infer<typeof SelfView>;

/** The agent behind a key, with the key's scopes. Every key may ask this, whatever its scopes are. */
export async function loadSelf(ctx: AgentCtx): Promise<SelfView> {
  return read(ctx, async (tx) => {
    markChecked(tx);
    const [row] = await tx
      .select({ agent, key: apiKey, organization, workspace: workspace.name, project: project.name })
      .from(apiKey)
      .innerJoin(agent, eq(agent.id, apiKey.agentId))
      .innerJoin(organization, eq(organization.id, agent.organizationId))
      .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
      .innerJoin(project, eq(project.id, agent.projectId))
      .where(eq(apiKey.id, ctx.actor.apiKeyId));
    const record = await loadAgent(tx, ctx.actor.apiKeyId);
    if (!row || !record) throw notFound("key");
    return {
      agent: { id: row.agent.id, name: row.agent.name, kind: row.agent.kind, status: row.agent.status, policyVersion: row.agent.policyVersion },
      key: {
        id: row.key.id,
        name: row.key.name,
        prefix: row.key.prefix,
        scopes: [...ctx.actor.scopes],
        expiresAt: row.key.expiresAt?.toISOString() ?? null,
      },
      organization: { id: row.organization.id, name: row.organization.name, currency: row.organization.currency },
      workspace: { id: row.agent.workspaceId, name: row.workspace },
      project: { id: row.agent.projectId, name: row.project },
      limits: z.object(limitShape).parse(Object.fromEntries(useLimitNames.map((name) => [name, record.limits[name] ?? null]))),
    };
  });
}
