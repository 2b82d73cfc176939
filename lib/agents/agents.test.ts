import { describe, expect, it } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { createKey } from "@/lib/keys/create";
import { listKeys } from "@/lib/keys/list";
import { approvedChild, childOf } from "@/lib/spawn/testing";
import { createWorkspace } from "@/lib/workspaces/create";
import { createProject } from "@/lib/workspaces/create-project";
import { agentChoices } from "./choices";
import { createAgent, CreateAgentInput } from "./create";
import { loadFamily } from "./family";
import { listAgents } from "./list";
import { loadAgent } from "./load";
import { setAgentStatus } from "./set-status";
import { updateAgent } from "./update";

useTestDatabase();

async function house() {
  const made = await tenant();
  const manager = await made.as("agent_manager", made.workspaceId);
  const { workspaceId, projectId, ownerId } = made;
  const input = (name: string) => ({ name, kind: "coder" as const, workspaceId, projectId, ownerId });
  const same = { kind: "coder" as const, projectId, ownerId };
  return { ...made, manager, input, same };
}

describe("an agent", () => {
  it("begins as a draft with a strict policy, and is loaded with who answers for it", async () => {
    const { manager, input, organizationId, ownerId, agentId } = await house();
    const { id } = await createAgent(manager, { ...input("Builder"), managerAgentId: agentId });
    const view = await loadAgent(manager, { id });
    expect(view).toMatchObject({
      name: "Builder", status: "draft", policyVersion: 1, owner: { id: ownerId, name: "Olga Owner" }, manager: { kind: "agent", name: "Expense analyst" },
      keys: 0, currency: "USD", spend: { dayMicros: 0, monthMicros: 0 }, can: { update: true, next: ["active", "retired"] },
    });
    expect((await loadAgent(manager, { id: agentId })).manages).toBe(1);
    const [event] = await eventBodies(organizationId, "agents.created");
    expect(event).toMatchObject({ resource: { id, name: "Builder" }, details: { policy: { level: "strict" } } });
  });

  it("is shown with the request that made it, and with the agents below it", async () => {
    const { agent, agentId, as } = await house();
    const admin = await as("organization_admin");
    await approvedChild(agent, admin, childOf("Reader"));
    const { born, below } = await loadFamily(admin, { id: agentId });
    expect(born).toBeNull();
    expect(below).toMatchObject([{ name: "Reader", status: "active", budgetMicros: 1_000 }]);
    expect(await loadFamily(admin, { id: below[0]?.id ?? "" })).toMatchObject({ born: { parentId: agentId, budgetMicros: 1_000, claimedAt: null, endedAt: null }, below: [], more: 0 });
  });

  it("goes from draft to active to suspended to retired, which revokes its keys", async () => {
    const { manager, input, organizationId } = await house();
    const { id } = await createAgent(manager, input("Builder"));
    await createKey(manager, { agentId: id, name: "k", scopes: ["actions.view"] });
    await expect(setAgentStatus(manager, { id, status: "suspended" })).rejects.toMatchObject({ code: "conflict" });
    for (const status of ["active", "suspended", "active", "retired"] as const) await setAgentStatus(manager, { id, status });
    await expect(setAgentStatus(manager, { id, status: "active" })).rejects.toMatchObject({ code: "conflict" });
    expect((await listKeys(manager, { agentId: id })).rows.map((row) => row.state)).toEqual(["revoked"]);
    const events = await eventBodies(organizationId, "agents.status_changed");
    expect(events.at(-1)).toMatchObject({ details: { before: "active", after: "retired", revokedKeys: 1 } });
  });

  it("is activated once when two do it at the same time", async () => {
    const { manager, input, organizationId } = await house();
    const { id } = await createAgent(manager, input("Builder"));
    const tries = await Promise.allSettled([1, 2, 3].map(() => setAgentStatus(manager, { id, status: "active" })));
    expect(tries.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect((await eventsOf(organizationId)).filter((event) => event.startsWith("agents.status_changed"))).toHaveLength(1);
  });

  it("never manages itself, by whatever way round", async () => {
    const { manager, input, same } = await house();
    const a = await createAgent(manager, input("A"));
    const b = await createAgent(manager, { ...input("B"), managerAgentId: a.id });
    const c = await createAgent(manager, { ...input("C"), managerAgentId: b.id });
    for (const above of [a, b, c]) {
      await expect(updateAgent(manager, { ...same, id: a.id, name: "A", managerAgentId: above.id })).rejects.toMatchObject({
        code: "invalid_input", fields: { managerAgentId: expect.any(String) },
      });
    }
    await expect(updateAgent(manager, { ...same, id: a.id, name: "A", managerAgentId: b.id, managerPersonId: manager.actor.id })).rejects.toThrow("one manager");
  });

  it("has a name of its own in its workspace", async () => {
    const { manager, input } = await house();
    await expect(createAgent(manager, input("Expense analyst"))).rejects.toMatchObject({ code: "conflict", fields: { name: expect.any(String) } });
  });

  it("says what was changed about it", async () => {
    const { manager, input, same, organizationId } = await house();
    const { id } = await createAgent(manager, input("Builder"));
    await updateAgent(manager, { ...same, id, name: "Bob", description: "Builds." , managerPersonId: manager.actor.id });
    const [event] = await eventBodies(organizationId, "agents.updated");
    expect(event).toMatchObject({
      details: { changes: [{ field: "name", before: "Builder", after: "Bob" }, { field: "description" }, { field: "managerPersonId", before: null }] },
    });
    expect((await loadAgent(manager, { id })).manager).toMatchObject({ kind: "person" });
  });

  it("stands only in workspaces, projects and under people of its own organization", async () => {
    const { manager, input, same, as } = await house();
    const other = await tenant();
    const admin = await as("organization_admin");
    const empty = await createWorkspace(admin, { name: "Empty" });
    const attempts = [{ workspaceId: other.workspaceId }, { projectId: other.projectId }, { ownerId: other.ownerId }, { managerAgentId: other.agentId }];
    for (const foreign of attempts) await expect(createAgent(manager, { ...input("X"), ...foreign })).rejects.toMatchObject({ code: "not_found" });
    await expect(createAgent(admin, { ...input("X"), workspaceId: empty.id })).rejects.toThrow("project in this workspace");
    await expect(loadAgent(manager, { id: other.agentId })).rejects.toMatchObject({ code: "not_found" });
    await expect(setAgentStatus(manager, { id: other.agentId, status: "suspended" })).rejects.toMatchObject({ code: "not_found" });
    await expect(updateAgent(manager, { ...same, name: "X", id: other.agentId })).rejects.toMatchObject({ code: "not_found" });
  });

  it("is put under no agent of a workspace that the caller cannot see", async () => {
    const { input, same, as, agentId, workspaceId, organizationId } = await house();
    const legal = await createWorkspace(await as("organization_admin"), { name: "Legal" });
    const { id: projectId } = await createProject(await as("organization_admin"), { workspaceId: legal.id, name: "Cases" });
    const elsewhere = await as("agent_manager", legal.id);
    const theirs = { ...input("Clerk"), workspaceId: legal.id, projectId, ownerId: elsewhere.actor.id };
    await expect(createAgent(elsewhere, { ...theirs, managerAgentId: agentId })).rejects.toMatchObject({ code: "not_found" });
    const { id } = await createAgent(elsewhere, theirs);
    const here = await as("agent_manager", workspaceId);
    await expect(updateAgent(here, { ...same, name: "X", id: agentId, managerPersonId: null, managerAgentId: id })).rejects.toMatchObject({ code: "not_found" });
    expect((await eventsOf(organizationId)).filter((event) => event.startsWith("agents.updated"))).toEqual([]);
  });

  it("is answered for by nobody whom the caller cannot know", async () => {
    const { input, as, ownerId, workspaceId } = await house();
    const admin = await as("organization_admin");
    const legal = await createWorkspace(admin, { name: "Legal" });
    const { id: projectId } = await createProject(admin, { workspaceId: legal.id, name: "Cases" });
    const [elsewhere, neighbour] = [await as("agent_manager", legal.id), await as("viewer", workspaceId)];
    const offered = (await agentChoices(elsewhere, { for: "create" })).people.map((person) => person.id);
    expect(offered).toEqual(expect.arrayContaining([elsewhere.actor.id, admin.actor.id]));
    expect(offered).not.toContain(neighbour.actor.id);
    expect(offered).not.toContain(ownerId);
    for (const unknown of [neighbour.actor.id, ownerId]) {
      const theirs = { ...input("Clerk"), workspaceId: legal.id, projectId };
      await expect(createAgent(elsewhere, { ...theirs, ownerId: unknown })).rejects.toMatchObject({ code: "not_found" });
      await expect(createAgent(elsewhere, { ...theirs, ownerId: elsewhere.actor.id, managerPersonId: unknown })).rejects.toMatchObject({ code: "not_found" });
    }
    expect((await agentChoices(await as("agent_manager", workspaceId), { for: "update" })).people.map((person) => person.id)).toContain(ownerId);
  });

  it("is changed only by who may, and read only where one may", async () => {
    const { input, same, as, agentId, workspaceId, organizationId } = await house();
    const viewer = await as("viewer", workspaceId);
    await expect(createAgent(viewer, input("X"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(setAgentStatus(viewer, { id: agentId, status: "suspended" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(updateAgent(viewer, { ...same, id: agentId, name: "X" })).rejects.toMatchObject({ code: "forbidden" });
    expect((await loadAgent(viewer, { id: agentId })).can).toMatchObject({ update: false, viewKeys: false, next: [] });
    const elsewhere = await as("agent_manager", (await createWorkspace(await as("organization_admin"), { name: "Legal" })).id);
    expect((await listAgents(elsewhere)).rows).toEqual([]);
    await expect(loadAgent(elsewhere, { id: agentId })).rejects.toMatchObject({ code: "forbidden" });
    expect((await agentChoices(viewer, { for: "create" })).people).toEqual([]);
    expect((await eventsOf(organizationId)).filter((event) => event.startsWith("access.denied"))).toHaveLength(4);
  });

  it("is found by words, status, kind and workspace", async () => {
    const { manager, input, workspaceId } = await house();
    await createAgent(manager, input("Builder"));
    const names = async (filter: Parameters<typeof listAgents>[1]) => (await listAgents(manager, filter)).rows.map((row) => row.name);
    expect(await names({})).toEqual(["Builder", "Expense analyst"]);
    expect(await names({ sort: { column: "name", direction: "desc" } })).toEqual(["Expense analyst", "Builder"]);
    expect(await names({ q: "build" })).toEqual(["Builder"]);
    expect(await names({ statuses: ["active"] })).toEqual(["Expense analyst"]);
    expect(await names({ kinds: ["coder", "nonsense"] })).toEqual(["Builder"]);
    expect(await names({ kinds: ["nonsense"] })).toEqual([]);
    expect(await names({ workspaceIds: [workspaceId] })).toHaveLength(2);
    expect(await names({ workspaceIds: ["nonsense"] })).toEqual([]);
  });

  it("offers choices for its form", async () => {
    const { manager, workspaceId, projectId } = await house();
    const choices = await agentChoices(manager, { for: "create" });
    expect(choices.workspaces).toEqual([{ id: workspaceId, name: "Finance", projects: [{ id: projectId, name: "Expenses" }] }]);
    expect(choices.agents.map((row) => row.name)).toEqual(["Expense analyst"]);
  });
});

it("takes what an empty choice of a form sends", () => {
  const id = "01a0b3e6-1111-7000-8000-000000000000";
  const parsed = CreateAgentInput.parse({ name: " A ", kind: "coder", workspaceId: id, projectId: id, ownerId: id, managerAgentId: "" });
  expect(parsed).toMatchObject({ name: "A", managerAgentId: null, managerPersonId: null });
});
