import { describe, expect, it } from "vitest";
import { decideApproval } from "@/lib/approvals/decide";
import { loadApproval } from "@/lib/approvals/load";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { SubmitActionInput } from "./schemas";
import { submitAction } from "./submit";
import { takeGrant } from "./take-grant";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;

async function publish(t: Tenant, scopeType: "organization" | "workspace", tool: string, expectedVersion = 0) {
  const place = { kind: "capabilities" as const, scopeType, scopeId: scopeType === "organization" ? t.organizationId : t.workspaceId };
  const content = { tools: [{ tool, mode: "blocked", costCeilingMicros: null }] };
  await publishDocument(await t.as("organization_admin"), { ...place, expectedVersion, content, note: "" });
}

async function ask(t: Tenant) {
  const { action } = await submitAction(t.agent, SubmitActionInput.parse({ tool: "mail.send", arguments: { to: "a@example.test" }, estimatedCostMicros: 1 }), newId());
  return { ...action, approvalId: action.approvalId ?? "" };
}

describe("a document published after an agent asked", () => {
  it.each(["organization", "workspace"] as const)("of its %s keeps the request from being approved", async (scopeType) => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const action = await ask(t);
    await publish(t, scopeType, "erp.delete");
    expect((await loadApproval(supervisor, { id: action.approvalId })).cannotApprove).toMatchObject({ code: "changed" });
    const decide = { id: action.approvalId, digest: action.digest, reason: "" };
    await expect(decideApproval(supervisor, { ...decide, decision: "approved" })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("policies that the agent is under changed") });
    await decideApproval(supervisor, { ...decide, decision: "rejected", reason: "Ask again" });
  });

  it("voids what was approved before it", async () => {
    const t = await tenant();
    const action = await ask(t);
    await decideApproval(await t.as("supervisor"), { id: action.approvalId, digest: action.digest, reason: "", decision: "approved" });
    await publish(t, "organization", "erp.delete");
    await expect(takeGrant(t.agent, { id: action.id })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("changed after the approval") });
  });

  it("is not waited for, and either stops the grant or comes after it", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    for (let round = 0; round < 5; round++) {
      const action = await ask(t);
      const decide = { id: action.approvalId, digest: action.digest, reason: "", decision: "approved" as const };
      const [decided] = await Promise.allSettled([decideApproval(supervisor, decide), publish(t, "workspace", `erp.x${round}`, round)]);
      const taken = await takeGrant(t.agent, { id: action.id }).then(() => "taken", () => "refused");
      // Published by now in any case, so whatever was approved before is void.
      expect([decided?.status, taken]).toEqual([decided?.status, "refused"]);
    }
  });

  it("of another workspace changes nothing here", async () => {
    const [t, other] = [await tenant(), await tenant()];
    const action = await ask(t);
    await publish(other, "organization", "erp.delete");
    await decideApproval(await t.as("supervisor"), { id: action.approvalId, digest: action.digest, reason: "", decision: "approved" });
    expect(await takeGrant(t.agent, { id: action.id })).toMatchObject({ status: "running" });
  });
});
