import { describe, expect, it } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { firstPolicy } from "./first-policy";
import { PolicyContent } from "./content";
import { policyDifference } from "./difference";
import { toolGlob } from "./glob";
import { loadPolicy } from "./load";
import { updatePolicy } from "./update";

useTestDatabase();

describe("an agent's policy", () => {
  it("gets a new version, keeps the old one, and says what changed", async () => {
    const { organizationId, agentId, workspaceId, as } = await tenant();
    const manager = await as("agent_manager", workspaceId);
    const before = await loadPolicy(manager, { agentId });
    expect(before.current).toMatchObject({ version: 1, level: "standard" });
    await updatePolicy(manager, { agentId, expectedVersion: 1, policy: { ...firstPolicy, costThresholdMicros: 5_000_000 }, note: "Tighter" });
    const after = await loadPolicy(manager, { agentId });
    expect(after.current).toMatchObject({ version: 2, level: "strict", note: "Tighter", createdBy: { id: manager.actor.id } });
    expect(after.history.map((version) => version.version)).toEqual([2, 1]);
    const [event] = await eventBodies(organizationId, "policies.updated");
    expect(event).toMatchObject({ details: { version: 2, note: "Tighter" } });
    const fields = ["level", "costThresholdMicros", "tools.sandbox.*", "tools.crm.*", "tools.mail.send"];
    expect(event).toMatchObject({ details: { changes: fields.map((field) => ({ field })) } });
  });

  it("is changed by one of two who edit the same version", async () => {
    const { agentId, as } = await tenant();
    const admin = await as("organization_admin");
    const edit = (costThresholdMicros: number) => updatePolicy(admin, { agentId, expectedVersion: 1, policy: { ...firstPolicy, costThresholdMicros }, note: "" });
    const results = await Promise.allSettled([edit(1), edit(2), edit(3)]);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(results.find((result) => result.status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
    const { current } = await loadPolicy(admin, { agentId });
    await expect(updatePolicy(admin, { agentId, expectedVersion: 2, policy: PolicyContent.strip().parse(current), note: "" })).rejects.toThrow("Nothing would change");
  });

  it("is changed only by who may, in their own organization", async () => {
    const { organizationId, agentId, as } = await tenant();
    const supervisor = await as("supervisor");
    const change = { agentId, expectedVersion: 1, policy: firstPolicy, note: "" };
    await expect(updatePolicy(supervisor, change)).rejects.toMatchObject({ code: "forbidden" });
    expect((await loadPolicy(supervisor, { agentId })).mayUpdate).toBe(false);
    expect(await eventsOf(organizationId)).toEqual(["access.denied:blocked"]);
    const stranger = await (await tenant()).as("organization_admin");
    await expect(updatePolicy(stranger, change)).rejects.toMatchObject({ code: "not_found" });
    await expect(loadPolicy(stranger, { agentId })).rejects.toMatchObject({ code: "not_found" });
  });

  it.each([
    ["a risk threshold above HIGH", { riskThreshold: "CRITICAL" }],
    ["a run longer than ten minutes", { maxRunSeconds: 601 }],
    ["a negative threshold", { costThresholdMicros: -1 }],
    ["part of a micro-unit", { costThresholdMicros: 0.5 }],
    ["a field nobody knows", { allowEverything: true }],
    ["the same tool twice", { tools: [0, 1].map(() => ({ tool: "a", mode: "allowed", costCeilingMicros: null })) }],
    ["an unknown mode", { tools: [{ tool: "a", mode: "maybe", costCeilingMicros: null }] }],
    ["a glob with other signs", { tools: [{ tool: "{a,b}", mode: "allowed", costCeilingMicros: null }] }],
  ])("refuses %s", (_what, change) => {
    expect(PolicyContent.safeParse({ ...firstPolicy, ...change }).success).toBe(false);
  });
});

describe("a tool glob", () => {
  it.each(["sandbox.*", "read:*", "*", "*.delete", "write:documents/*", "mail.send"])("takes %j", (glob) => {
    expect(toolGlob.parse(glob)).toBe(glob);
  });

  it.each(["!a", "CRM.read", "a?", "[ab]", "+(a)", "a**", "../a", "", "a b", "a\\b"])("refuses %j", (glob) => {
    expect(toolGlob.safeParse(glob).success).toBe(false);
  });
});

it("finds no difference in the same policy", () => {
  expect(policyDifference(firstPolicy, structuredClone(firstPolicy))).toEqual([]);
});
