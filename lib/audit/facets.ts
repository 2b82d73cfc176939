import { asc } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import { allowedWorkspaces, whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemActors } from "@/lib/ctx/system";
import { visiblePeople } from "@/lib/people/member";
import { read } from "@/lib/transact";
import { auditActions } from "./actions";
import { describeAction } from "./describe";
import { outcomes, severities } from "./filter";
import { resourceTypes, typeLabel } from "./resource-link";

type Options = { value: string; label: string }[];
export type AuditFacets = Record<"action" | "actor" | "resourceType" | "workspace" | "outcome" | "severity", Options>;

/** Who and what is offered by name; what is beyond is still found by the search box and by links from events. */
const most = 300;

/** The values that the audit search offers, with names people know. */
export async function loadFacets(ctx: PersonCtx): Promise<AuditFacets> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "audit", "view");
    const everywhere = (await allowedWorkspaces(tx, ctx, "audit", "view")) === null;
    // Whoever sees the events of one workspace learns no names from others.
    const known = everywhere ? undefined : visiblePeople(tx, ctx);
    const people = await tx.select({ value: person.id, label: person.name }).from(person).where(known).orderBy(asc(person.name)).limit(most);
    const ofAgents = whereAllowed(tx, ctx, "audit", "view", { workspaceId: agent.workspaceId });
    const agents = await tx.select({ value: agent.id, label: agent.name }).from(agent).where(ofAgents).orderBy(asc(agent.name)).limit(most);
    const ofWorkspaces = whereAllowed(tx, ctx, "audit", "view", { workspaceId: workspace.id });
    const workspaces = await tx.select({ value: workspace.id, label: workspace.name }).from(workspace).where(ofWorkspaces).orderBy(asc(workspace.name)).limit(most);
    return {
      action: Object.keys(auditActions).map((action) => ({ value: action, label: describeAction(action) })),
      actor: [...people, ...agents.map((one) => ({ ...one, label: `${one.label} (agent)` })), ...systemActors().map(({ id, name }) => ({ value: id, label: `${name} (system)` }))],
      resourceType: resourceTypes.map((type) => ({ value: type, label: sentence(typeLabel(type)) })),
      workspace: workspaces,
      outcome: outcomes.map((value) => ({ value, label: sentence(value) })),
      severity: severities.map((value) => ({ value, label: sentence(value) })),
    };
  });
}

function sentence(word: string): string {
  const spaced = word.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
