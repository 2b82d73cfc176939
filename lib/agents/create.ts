import { z } from "zod";
import { agent, agentKinds, agentPolicy } from "@/db/schema/agent";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { firstPolicy } from "@/lib/policies/first-policy";
import { PolicyContent } from "@/lib/policies/content";
import { policyHash } from "@/lib/policies/policy-text";
import { requireOpenTemplate } from "@/lib/templates/require";
import { transact } from "@/lib/transact";
import { requireOpenProject, requireOpenWorkspace } from "@/lib/workspaces/load";
import { agentDescription, agentName, optionalId } from "./input";
import { refusalOf, requireManager, requirePerson } from "./references";

export const CreateAgentInput = z.strictObject({
  name: agentName,
  description: agentDescription.default(""),
  kind: z.enum(agentKinds, "choose a kind"),
  projectId: z.uuid("choose a project"),
  workspaceId: z.uuid("choose a workspace"),
  /** The person who answers for it. */
  ownerId: z.uuid("choose the person who answers for it"),
  managerPersonId: optionalId,
  managerAgentId: optionalId,
  /** Whose policies hold for it besides its own. */
  templateId: optionalId,
  /** Left out: the strict first policy. */
  policy: PolicyContent.optional(),
});
export type CreateAgentInput = z.input<typeof CreateAgentInput>;

/** Makes an agent as a draft, with the first version of its policy. It acts only once it is active. */
export async function createAgent(ctx: Ctx, input: CreateAgentInput): Promise<{ id: string }> {
  const policy = input.policy ?? firstPolicy;
  const manager = { personId: input.managerPersonId || null, agentId: input.managerAgentId || null };
  try {
    return await transact(ctx, async (tx) => {
      const workspace = await requireOpenWorkspace(tx, input.workspaceId);
      authorize(tx, ctx, "agents", "create", { workspaceId: workspace.id });
      const project = await requireOpenProject(tx, workspace.id, input.projectId);
      const owner = await requirePerson(tx, ctx, { for: "create", id: input.ownerId, field: "ownerId" });
      await requireManager(tx, ctx, { for: "create", ...manager });
      const template = input.templateId ? await requireOpenTemplate(tx, workspace.id, input.templateId) : null;
      const id = newId();
      const { organizationId } = ctx;
      await tx.insert(agent).values({
        id,
        organizationId,
        workspaceId: workspace.id,
        projectId: project.id,
        name: input.name,
        description: input.description ?? "",
        kind: input.kind,
        status: "draft",
        ownerId: owner.id,
        managerPersonId: manager.personId,
        managerAgentId: manager.agentId,
        policyVersion: 1,
        templateId: template?.id ?? null,
      });
      const createdBy = ctx.actor.kind === "person" ? ctx.actor.id : null;
      const written = await tx.insert(agentPolicy).values({ ...policy, organizationId, agentId: id, version: 1, note: "First version", createdBy }).returning();
      return {
        value: { id },
        audit: {
          action: "agents.created",
          resource: { type: "agent", id, name: input.name, workspaceId: workspace.id },
          details: { kind: input.kind, project: project.id, owner: owner.id, managerPerson: manager.personId, managerAgent: manager.agentId, template: template?.id ?? null, policy, policySha256: policyHash(written) },
        },
      };
    });
  } catch (error) {
    throw refusalOf(error);
  }
}
