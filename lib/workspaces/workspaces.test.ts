import { describe, expect, it } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { archiveProject } from "./archive-project";
import { archiveWorkspace } from "./archive";
import { createWorkspace } from "./create";
import { createProject } from "./create-project";
import { listWorkspaces } from "./list";
import { slugOf } from "./slug";

useTestDatabase();

describe("workspaces and projects", () => {
  it("are made, listed and archived, each with its event", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const workspace = await createWorkspace(admin, { name: "Legal & Compliance" });
    expect(workspace.slug).toBe("legal-compliance");
    const project = await createProject(admin, { workspaceId: workspace.id, name: "Contracts" });
    const listed = await listWorkspaces(admin);
    expect(listed.map((row) => [row.name, row.agents, row.projects.map((item) => item.name)])).toEqual([
      ["Finance", 1, ["Expenses"]],
      ["Legal & Compliance", 0, ["Contracts"]],
    ]);
    await archiveProject(admin, { id: project.id });
    await archiveWorkspace(admin, { id: workspace.id });
    expect((await listWorkspaces(admin)).map((row) => row.name)).toEqual(["Finance"]);
    expect(await eventsOf(organizationId)).toEqual([
      "workspaces.created:success", "projects.created:success", "projects.archived:success", "workspaces.archived:success",
    ]);
  });

  it("keep their names to themselves", async () => {
    const { as, workspaceId } = await tenant();
    const admin = await as("organization_admin");
    await expect(createWorkspace(admin, { name: "FINANCE" })).rejects.toMatchObject({ code: "conflict" });
    await expect(createProject(admin, { workspaceId, name: "expenses" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("are not archived twice, nor while an agent is left in them", async () => {
    const { as, workspaceId, projectId } = await tenant();
    const admin = await as("organization_admin");
    await expect(archiveWorkspace(admin, { id: workspaceId })).rejects.toMatchObject({ code: "conflict", message: "One agent is still in this workspace." });
    await expect(archiveProject(admin, { id: projectId })).rejects.toMatchObject({ code: "conflict" });
    const { id } = await createWorkspace(admin, { name: "Empty" });
    await archiveWorkspace(admin, { id });
    await expect(archiveWorkspace(admin, { id })).rejects.toMatchObject({ code: "conflict" });
    await expect(createProject(admin, { workspaceId: id, name: "Late" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("of another organization do not exist", async () => {
    const [mine, other] = [await tenant(), await tenant()];
    const admin = await mine.as("organization_admin");
    await expect(archiveWorkspace(admin, { id: other.workspaceId })).rejects.toMatchObject({ code: "not_found" });
    await expect(archiveProject(admin, { id: other.projectId })).rejects.toMatchObject({ code: "not_found" });
    await expect(createProject(admin, { workspaceId: other.workspaceId, name: "Mine" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("are changed only by who may, and the denial is recorded", async () => {
    const { organizationId, workspaceId, projectId, as } = await tenant();
    const viewer = await as("viewer");
    const manager = await as("workspace_admin", workspaceId);
    await expect(createWorkspace(viewer, { name: "Mine" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(createWorkspace(manager, { name: "Mine" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(archiveWorkspace(manager, { id: workspaceId })).rejects.toMatchObject({ code: "forbidden" });
    await expect(archiveProject(viewer, { id: projectId })).rejects.toMatchObject({ code: "forbidden" });
    await expect(createProject(manager, { workspaceId, name: "Travel" })).resolves.toMatchObject({ slug: "travel" });
    expect((await eventsOf(organizationId)).filter((event) => event === "access.denied:blocked")).toHaveLength(4);
  });

  it("are listed by who may read them only", async () => {
    const { workspaceId, as } = await tenant();
    const admin = await as("organization_admin");
    const { id } = await createWorkspace(admin, { name: "Legal" });
    const guest = await as("viewer", id);
    expect((await listWorkspaces(guest)).map((row) => row.id)).toEqual([id]);
    expect((await listWorkspaces(await as("viewer", workspaceId))).map((row) => row.id)).toEqual([workspaceId]);
  });
});

it("makes a slug of any name", () => {
  expect([slugOf("Überblick 2026!"), slugOf("經費"), slugOf("***")]).toEqual(["uberblick-2026", "經費", "unnamed"]);
});
