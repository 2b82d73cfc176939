import { and, asc, eq, inArray, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import { candidatesAt } from "@/lib/approvals/candidates";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";

export const ListAskableInput = z.strictObject({ workspaceId: z.uuid().nullable() });
export type ListAskableInput = z.infer<typeof ListAskableInput>;

const mostWorkspaces = 500;
const mostAgents = 1_000;

/** Whom an approval policy of a workspace (null: of the organization) can name, and the workspaces and agents that a rule can be about. */
export async function listAskable(ctx: PersonCtx, { workspaceId }: ListAskableInput) {
  return read(ctx, async (tx) => {
    if (workspaceId === null) authorizeAnywhere(tx, ctx, "policies", "view");
    else authorize(tx, ctx, "policies", "view", { workspaceId });
    const workspaces = await tx
      .select({ id: workspace.id, name: workspace.name })
      .from(workspace)
      .where(and(whereAllowed(tx, ctx, "policies", "view", { workspaceId: workspace.id }), isNull(workspace.archivedAt), workspaceId ? eq(workspace.id, workspaceId) : undefined))
      .orderBy(asc(workspace.name), asc(workspace.id))
      .limit(mostWorkspaces);
    if (workspaceId !== null && workspaces.length === 0) throw notFound("workspace");
    const people = await candidatesAt(tx, workspaceId);
    const agents = await tx
      .select({ id: agent.id, name: agent.name })
      .from(agent)
      .where(and(whereAllowed(tx, ctx, "policies", "view", { workspaceId: agent.workspaceId, agentId: agent.id }), ne(agent.status, "retired"), workspaceId ? eq(agent.workspaceId, workspaceId) : undefined))
      .orderBy(asc(agent.name), asc(agent.id))
      .limit(mostAgents);
    return { people: await toldApart(tx, people), workspaces, agents };
  });
}

/** Two people of one name are told apart by their addresses. */
async function toldApart(tx: Tx, people: readonly { id: string; name: string }[]): Promise<{ id: string; name: string }[]> {
  const times = new Map<string, number>();
  for (const { name } of people) times.set(name, (times.get(name) ?? 0) + 1);
  const alike = people.filter(({ name }) => (times.get(name) ?? 0) > 1).map(({ id }) => id);
  const rows = alike.length === 0 ? [] : await tx.select({ id: person.id, email: person.email }).from(person).where(inArray(person.id, alike));
  const emails = new Map(rows.map(({ id, email }) => [id, email]));
  return people.map(({ id, name }) => ({ id, name: emails.has(id) ? `${name} (${emails.get(id)})` : name }));
}
