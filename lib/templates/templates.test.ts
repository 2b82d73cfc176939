import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { inTenant } from "@/db/tenant";
import { createAgent } from "@/lib/agents/create";
import { loadAgent } from "@/lib/agents/load";
import { database } from "@/lib/database";
import { documentMarks, documentsInForce, readMarks } from "@/lib/governance/in-force";
import { publishDocument } from "@/lib/governance/publish";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { createWorkspace } from "@/lib/workspaces/create";
import { archiveTemplate } from "./archive";
import { createTemplate } from "./create";
import { listTemplates } from "./list";
import { loadTemplate } from "./load";
import { renameTemplate } from "./rename";
import { setAgentTemplate } from "./set-of-agent";

useTestDatabase();

const blocked = (tool: string) => ({ tools: [{ tool, mode: "blocked", costCeilingMicros: null }] });
const grid = (scopeId: string, expectedVersion = 0, tool = "crm.export") =>
  ({ kind: "capabilities", scopeType: "template", scopeId, expectedVersion, content: blocked(tool), note: "" }) as const;

/** What an agent is under: the documents, and the text that its fingerprint is made of. */
async function inForce(organizationId: string, agentId: string) {
  return inTenant(database(), organizationId, async (tx) => {
    const [found] = await tx.execute<{ marks: string }>(sql.raw(`select ${documentMarks("a")} as marks from agent a where a.id = '${agentId}'`));
    const marks = found?.marks ?? "";
    return { marks, documents: await documentsInForce(tx, organizationId, readMarks(marks)) };
  });
}

describe("a template", () => {
  it("is made, says something of every agent that has it, and shows which those are", async () => {
    const { organizationId, workspaceId, projectId, agentId, ownerId, as } = await tenant();
    const admin = await as("organization_admin");
    const { id } = await createTemplate(admin, { name: "Analysts", workspaceId: "" });
    await publishDocument(admin, grid(id));
    await setAgentTemplate(admin, { agentId, templateId: id });
    const { id: second } = await createAgent(admin, { name: "Second", kind: "analyst", workspaceId, projectId, ownerId, templateId: id });
    for (const agent of [agentId, second]) expect((await inForce(organizationId, agent)).documents).toMatchObject([{ scopeType: "template", scopeId: id, content: blocked("crm.export") }]);
    expect(await loadTemplate(admin, { id })).toMatchObject({ name: "Analysts", workspace: null, agentCount: 2, agents: [{ name: "Expense analyst" }, { name: "Second" }], mayChange: true });
    expect(await listTemplates(admin)).toMatchObject([{ id, agents: 2, gridVersion: 1 }]);
    expect((await loadAgent(admin, { id: agentId })).template).toEqual({ id, name: "Analysts", archived: false });
    expect(await eventBodies(organizationId, "agents.template_set")).toMatchObject([{ details: { before: null, after: id, afterName: "Analysts" } }]);
  });

  it("changes the fingerprint of its agents when it is given, taken away, exchanged or changed", async () => {
    const { organizationId, agentId, as } = await tenant();
    const admin = await as("organization_admin");
    const [one, two] = [await createTemplate(admin, { name: "One" }), await createTemplate(admin, { name: "Two" })];
    for (const { id } of [one, two]) await publishDocument(admin, grid(id));
    const seen = [(await inForce(organizationId, agentId)).marks];
    for (const templateId of [one.id, two.id, null]) {
      await setAgentTemplate(admin, { agentId, templateId });
      seen.push((await inForce(organizationId, agentId)).marks);
      if (templateId === two.id) {
        await publishDocument(admin, grid(two.id, 1, "crm.*"));
        seen.push((await inForce(organizationId, agentId)).marks);
      }
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen.slice(0, 4)).size).toBe(4);
    expect(seen[4]).toBe(seen[0]);
  });

  it("holds on after it is archived, is given to nobody else, and no longer changes", async () => {
    const { organizationId, workspaceId, projectId, agentId, ownerId, as } = await tenant();
    const admin = await as("organization_admin");
    const { id } = await createTemplate(admin, { name: "Old" });
    await publishDocument(admin, grid(id));
    await setAgentTemplate(admin, { agentId, templateId: id });
    const before = await inForce(organizationId, agentId);
    expect(await archiveTemplate(admin, { id })).toEqual({ id, agents: 1 });
    expect(await inForce(organizationId, agentId)).toEqual(before);
    expect((await loadAgent(admin, { id: agentId })).template).toEqual({ id, name: "Old", archived: true });
    expect([await listTemplates(admin), (await listTemplates(admin, { archived: true })).length]).toEqual([[], 1]);
    await expect(publishDocument(admin, grid(id, 1, "crm.*"))).rejects.toMatchObject({ code: "conflict" });
    await expect(archiveTemplate(admin, { id })).rejects.toMatchObject({ code: "conflict" });
    const another = { name: "Late", kind: "analyst" as const, workspaceId, projectId, ownerId, templateId: id };
    await expect(createAgent(admin, another)).rejects.toMatchObject({ code: "invalid_input", fields: { templateId: expect.any(String) } });
    await setAgentTemplate(admin, { agentId, templateId: null });
    await expect(setAgentTemplate(admin, { agentId, templateId: id })).rejects.toMatchObject({ code: "invalid_input" });
    // Its name is free again.
    await expect(createTemplate(admin, { name: "Old" })).resolves.toHaveProperty("id");
  });

  it("is called otherwise, with the same policies for the same agents, unless the name is taken or it is archived", async () => {
    const { organizationId, agentId, as } = await tenant();
    const admin = await as("organization_admin");
    const { id } = await createTemplate(admin, { name: "Analysts", description: "Read" });
    await createTemplate(admin, { name: "Writers" });
    await publishDocument(admin, grid(id));
    await setAgentTemplate(admin, { agentId, templateId: id });
    const before = await inForce(organizationId, agentId);
    await renameTemplate(admin, { id, name: "Readers", description: "Read only" });
    expect(await loadTemplate(admin, { id })).toMatchObject({ name: "Readers", description: "Read only", agentCount: 1 });
    expect(await inForce(organizationId, agentId)).toEqual(before);
    expect(await eventBodies(organizationId, "templates.renamed")).toMatchObject([{ resource: { name: "Readers" }, details: { before: { name: "Analysts" }, after: { name: "Readers" } } }]);
    await expect(renameTemplate(admin, { id, name: "Readers", description: "Read only" })).rejects.toThrow("Nothing would change");
    await expect(renameTemplate(admin, { id, name: "Writers", description: "" })).rejects.toMatchObject({ code: "conflict", fields: { name: expect.any(String) } });
    await expect(renameTemplate(await as("supervisor"), { id, name: "Mine", description: "" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(renameTemplate(await (await tenant()).as("organization_admin"), { id, name: "Mine", description: "" })).rejects.toMatchObject({ code: "not_found" });
    await archiveTemplate(admin, { id });
    await expect(renameTemplate(admin, { id, name: "Late", description: "" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("of another organization or another workspace is not found, whoever asks", async () => {
    const [ours, theirs] = [await tenant(), await tenant()];
    const [admin, stranger] = [await ours.as("organization_admin"), await theirs.as("organization_admin")];
    const { id: foreign } = await createTemplate(stranger, { name: "Theirs" });
    const { id: elsewhere } = await createWorkspace(admin, { name: "Elsewhere" });
    const { id: other } = await createTemplate(admin, { name: "Other place", workspaceId: elsewhere });
    for (const templateId of [foreign, other]) {
      await expect(setAgentTemplate(admin, { agentId: ours.agentId, templateId })).rejects.toMatchObject({ code: "not_found" });
      const made = { name: "New", kind: "analyst" as const, workspaceId: ours.workspaceId, projectId: ours.projectId, ownerId: ours.ownerId, templateId };
      await expect(createAgent(admin, made)).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(loadTemplate(admin, { id: foreign })).rejects.toMatchObject({ code: "not_found" });
    await expect(archiveTemplate(admin, { id: foreign })).rejects.toMatchObject({ code: "not_found" });
    await expect(publishDocument(admin, grid(foreign))).rejects.toMatchObject({ code: "not_found" });
    const local = await ours.as("agent_manager", ours.workspaceId);
    await expect(loadTemplate(local, { id: other })).rejects.toMatchObject({ code: "not_found" });
    expect(await listTemplates(local)).toEqual([]);
  });

  it("of the whole organization is seen by somebody of one workspace, who gives it to agents there and changes nothing of it", async () => {
    const { workspaceId, agentId, as } = await tenant();
    const [admin, local] = [await as("organization_admin"), await as("agent_manager", workspaceId)];
    const { id } = await createTemplate(admin, { name: "For all" });
    expect(await listTemplates(local)).toMatchObject([{ id }]);
    await expect(archiveTemplate(local, { id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(publishDocument(local, grid(id))).rejects.toMatchObject({ code: "forbidden" });
    await expect(createTemplate(local, { name: "Mine for all" })).rejects.toMatchObject({ code: "forbidden" });
    await setAgentTemplate(local, { agentId, templateId: id });
    await expect(setAgentTemplate(local, { agentId, templateId: id })).rejects.toThrow("Nothing would change");
    await expect(createTemplate(local, { name: "For all", workspaceId })).resolves.toHaveProperty("id");
    await expect(createTemplate(admin, { name: "For all" })).rejects.toMatchObject({ code: "conflict" });
    await expect(setAgentTemplate(await as("supervisor"), { agentId, templateId: null })).rejects.toMatchObject({ code: "forbidden" });
  });
});
