import { and, eq, sql } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { visible } from "./list";

const atMost = 200;

export type Choice = { value: string; label: string };

/** Agents, workspaces and requesters that the queue can be narrowed to: those that asked within the last 90 days. */
export async function approvalChoices(ctx: PersonCtx): Promise<{ agents: Choice[]; workspaces: Choice[]; requesters: Choice[] }> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const recent = and(visible(tx, ctx), sql`${approval.createdAt} > now() - interval '90 days'`);
    const agents = await tx
      .selectDistinct({ value: agent.id, label: agent.name })
      .from(approval)
      .innerJoin(agent, eq(agent.id, approval.agentId))
      .where(recent)
      .orderBy(agent.name)
      .limit(atMost);
    const workspaces = await tx
      .selectDistinct({ value: workspace.id, label: workspace.name })
      .from(approval)
      .innerJoin(workspace, eq(workspace.id, approval.workspaceId))
      .where(recent)
      .orderBy(workspace.name)
      .limit(atMost);
    const requesters = await tx
      .selectDistinct({ value: person.id, label: person.name })
      .from(approval)
      .innerJoin(person, eq(person.id, approval.requesterPersonId))
      .where(recent)
      .orderBy(person.name)
      .limit(atMost);
    return { agents, workspaces, requesters };
  });
}
