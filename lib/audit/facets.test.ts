import { expect, it } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { createWorkspace } from "@/lib/workspaces/create";
import { loadFacets } from "./facets";

useTestDatabase();

const names = (options: { label: string }[]) => options.map(({ label }) => label);

it("offers the names of everything to who audits the organization", async () => {
  const { as } = await tenant();
  const facets = await loadFacets(await as("auditor"));
  expect(names(facets.actor)).toEqual(expect.arrayContaining(["Olga Owner", "Expense analyst (agent)"]));
  expect(names(facets.workspace)).toEqual(["Finance"]);
  expect(names(facets.resourceType)).toEqual(expect.arrayContaining(["API key", "Lease", "Standing approval", "Published policy"]));
});

it("offers nothing from workspaces whose events the caller may not see", async () => {
  const { as } = await tenant();
  const legal = await createWorkspace(await as("organization_admin"), { name: "Legal" });
  const facets = await loadFacets(await as("workspace_admin", legal.id));
  expect(names(facets.actor)).not.toContain("Olga Owner");
  expect(names(facets.actor)).not.toContain("Expense analyst (agent)");
  expect(names(facets.actor)).toContain("workspace admin");
  expect(names(facets.workspace)).toEqual(["Legal"]);
});

it("offers nothing at all to who may see no events", async () => {
  const { as } = await tenant();
  await expect(loadFacets(await as("viewer"))).rejects.toMatchObject({ code: "forbidden" });
});
