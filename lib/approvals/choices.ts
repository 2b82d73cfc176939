import { desc, inArray } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { visible } from "./list";

const atMost = 200;
/** So many of the newest requests say what there is to choose from, however many wait. */
const lookedAt = 1_000;

export type Choice = { value: string; label: string };

/** Agents, workspaces and requesters that the queue can be narrowed to: those of the newest 1,000 requests. */
export async function approvalChoices(ctx: PersonCtx): Promise<{ agents: Choice[]; workspaces: Choice[]; requesters: Choice[] }> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const recent = tx
      .select({ agentId: approval.agentId, workspaceId: approval.workspaceId, requesterId: approval.requesterPersonId })
      .from(approval)
      .where(visible(tx, ctx))
      .orderBy(desc(approval.createdAt), desc(approval.id))
      .limit(lookedAt)
      .as("recent");
    const found = await tx.selectDistinct().from(recent);
    const among = (ids: (string | null)[]) => [...new Set(ids)].filter((id) => id !== null);
    const agents = await tx.select({ value: agent.id, label: agent.name }).from(agent).where(inArray(agent.id, among(found.map(({ agentId }) => agentId)))).orderBy(agent.name).limit(atMost);
    const workspaces = await tx.select({ value: workspace.id, label: workspace.name }).from(workspace).where(inArray(workspace.id, among(found.map(({ workspaceId }) => workspaceId)))).orderBy(workspace.name).limit(atMost);
    const requesters = await tx.select({ value: person.id, label: person.name }).from(person).where(inArray(person.id, among(found.map(({ requesterId }) => requesterId)))).orderBy(person.name).limit(atMost);
    return { agents, workspaces, requesters };
  });
}
