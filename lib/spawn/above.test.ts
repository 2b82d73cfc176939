import { describe, expect, it } from "vitest";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { keyCtx } from "@/lib/ctx/key";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { PolicyContent } from "@/lib/policies/content";
import { loadPolicy } from "@/lib/policies/load";
import { updatePolicy } from "@/lib/policies/update";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { claimSpawned } from "./claim";
import { approvedChild, childOf } from "./testing";

useTestDatabase();

async function family() {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const id = await approvedChild(t.agent, admin, childOf("Reader"));
  const { key } = await claimSpawned(t.agent, { id });
  const child = await keyCtx(`Bearer ${key}`, { requestId: newId(), ip: "192.0.2.1", userAgent: "test" });
  const asks = (tool: string) =>
    submitAction(child, SubmitActionInput.parse({ tool, estimatedCostMicros: 1 }), newId()).then(
      ({ action }) => ({ outcome: action.decision.outcome, rule: action.decision.rule, id: action.id }),
      (error: { extensions: { rule: string } }) => ({ outcome: "deny", rule: error.extensions.rule, id: "" }),
    );
  return { ...t, admin, child, asks };
}

describe("a child agent", () => {
  it("may no longer do what its parent may no longer do, from the next call on, nor begin what it was allowed", async () => {
    const { agentId, admin, child, asks } = await family();
    const allowed = await asks("crm.read");
    expect(allowed).toMatchObject({ outcome: "allow" });
    const { current } = await loadPolicy(admin, { agentId });
    const tools = [{ tool: "crm.*", mode: "blocked" as const, costCeilingMicros: null }];
    await updatePolicy(admin, { agentId, expectedVersion: current.version, policy: { ...PolicyContent.strip().parse(current), tools }, note: "" });
    expect(await asks("crm.read")).toMatchObject({ outcome: "deny", rule: "capability.blocked" });
    await expect(takeGrant(child, { id: allowed.id })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Of an agent above this one") });
  });

  it("is under what a Cedar text says of its parent by id", async () => {
    const { organizationId, agentId, admin, asks } = await family();
    const text = `@id("not-this-one") forbid (principal == Countersign::Agent::"${agentId}", action, resource);`;
    await publishDocument(admin, { kind: "cedar", scopeType: "organization", scopeId: organizationId, expectedVersion: 0, content: { text }, note: "" });
    expect(await asks("crm.read")).toMatchObject({ outcome: "deny", rule: "policy:not-this-one" });
  });
});
