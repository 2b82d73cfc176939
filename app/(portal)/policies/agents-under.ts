import type { Scope } from "@/components/governance/scope";
import { listAgents } from "@/lib/agents/list";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { orNull } from "@/lib/errors";
import { loadTemplate } from "@/lib/templates/load";

/** The agents at a level in whose name something can be tried there, by name; a hundred at most. */
export async function agentsUnder(ctx: PersonCtx, { scopeType, scopeId }: Scope): Promise<{ id: string; name: string }[]> {
  if (scopeType === "template") {
    const template = await loadTemplate(ctx, { id: scopeId }).catch(orNull("not_found", "forbidden"));
    return (template?.agents ?? []).map(({ id, name }) => ({ id, name }));
  }
  const { rows } = await listAgents(ctx, { size: 100, ...(scopeType === "workspace" ? { workspaceIds: [scopeId] } : {}) });
  return rows.map(({ id, name }) => ({ id, name }));
}
