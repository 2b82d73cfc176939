import { expect, it } from "vitest";
import { governanceDocument, governanceHead } from "@/db/schema/governance";
import { publishDocument } from "@/lib/governance/publish";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { compiledPolicies } from "./compiled";

useTestDatabase();

const forbidNights = `@id("nights")\nforbid (principal, action, resource) when { context.hour < 6 };`;

it("shows what every level says of one agent, the widest first, each with its source", async () => {
  const { organizationId, workspaceId, agentId, as } = await tenant();
  const admin = await as("organization_admin");
  await publishDocument(admin, { kind: "cedar", scopeType: "organization", scopeId: organizationId, expectedVersion: 0, content: { text: forbidNights }, note: "" });
  await publishDocument(admin, { kind: "capabilities", scopeType: "workspace", scopeId: workspaceId, expectedVersion: 0, content: { tools: [{ tool: "mail.*", mode: "blocked", costCeilingMicros: null }] }, note: "" });
  const { parts, agent } = await compiledPolicies(await as("viewer"), { agentId });
  expect(agent.level).toBe("standard");
  expect(parts.map(({ kind, scopeType, version }) => `${kind} ${scopeType} ${version}`)).toEqual([
    "levels agent 0", "capabilities organization 0", "cedar organization 1", "capabilities workspace 1", "cedar workspace 0", "capabilities agent 1",
  ]);
  expect(parts.find(({ kind, version }) => kind === "cedar" && version === 1)?.text).toBe(forbidNights);
  expect(parts[3]?.text).toContain(`forbid (principal in Countersign::Workspace::"${workspaceId}"`);
  expect(parts[5]?.text).toContain(`principal == Countersign::Agent::"${agentId}"`);
});

it("shows the roles that are held where the agent is, and its keys' scopes, to who sees people and keys", async () => {
  const t = await tenant();
  const [admin, supervisor, elsewhere] = [await t.as("organization_admin"), await t.as("supervisor", t.workspaceId), await tenant()];
  await elsewhere.as("supervisor");
  const { people } = await compiledPolicies(admin, { agentId: t.agentId });
  expect(people.roles).toContain(`permit (principal == ?principal, action in Countersign::Action::"role.supervisor", resource in ?resource);`);
  const held = (id: string) => people.holders?.find((one) => one.id === id)?.text;
  expect(held(supervisor.actor.id)).toContain(`action in Countersign::Action::"role.supervisor", resource in Countersign::Workspace::"${t.workspaceId}"`);
  expect(held(admin.actor.id)).toContain(`resource in Countersign::Organization::"${t.organizationId}"`);
  expect(people.holders).toHaveLength(2);
  expect(people.keys).toMatchObject([{ name: "test", text: expect.stringContaining(`action == Countersign::Action::"actions.submit", resource in Countersign::Agent::"${t.agentId}"`) }]);
  expect((await compiledPolicies(await t.as("viewer"), { agentId: t.agentId })).people).toMatchObject({ holders: null, keys: null });
});

it("says of a document that cannot be read that it cannot", async () => {
  const { organizationId, agentId, as } = await tenant();
  const row = { organizationId, kind: "cedar" as const, scopeType: "organization" as const, scopeId: organizationId, version: 1, hash: Buffer.alloc(32) };
  await inside({ organizationId }, async (tx) => {
    await tx.insert(governanceDocument).values({ ...row, content: { text: 7 } });
    await tx.insert(governanceHead).values(row);
  });
  const { parts } = await compiledPolicies(await as("viewer"), { agentId });
  expect(parts.find(({ kind, version }) => kind === "cedar" && version === 1)).toMatchObject({ text: null });
});

it("is shown of no agent that one may not see", async () => {
  const [t, foreign] = [await tenant(), await tenant()];
  await expect(compiledPolicies(await foreign.as("organization_admin"), { agentId: t.agentId })).rejects.toMatchObject({ code: "not_found" });
  await expect(compiledPolicies(await t.as("billing_admin"), { agentId: t.agentId })).rejects.toMatchObject({ code: "forbidden" });
});
