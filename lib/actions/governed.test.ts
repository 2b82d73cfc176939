import { describe, expect, it } from "vitest";
import { decideApproval } from "@/lib/approvals/decide";
import type { DocumentContent, DocumentKind } from "@/lib/governance/kinds";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { SubmitActionInput } from "./schemas";
import { submitAction } from "./submit";
import { takeGrant } from "./take-grant";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;

async function publish<K extends DocumentKind>(t: Tenant, kind: K, scopeType: "organization" | "workspace", content: Partial<DocumentContent<K>>, expectedVersion = 0) {
  const scopeId = scopeType === "organization" ? t.organizationId : t.workspaceId;
  await publishDocument(await t.as("organization_admin"), { kind, scopeType, scopeId, expectedVersion, content: content as never, note: "" });
}

/** What an agent is told, allowed or not. */
async function asks(t: Tenant, tool: string, args: Record<string, unknown> = {}) {
  const input = SubmitActionInput.parse({ tool, arguments: args, estimatedCostMicros: 1 });
  return submitAction(t.agent, input, newId()).then(
    ({ action }) => ({ outcome: action.decision.outcome, rule: action.decision.rule, id: action.id, source: null }),
    (error: { extensions: { rule: string; source?: unknown } }) => ({ outcome: "deny", rule: error.extensions.rule, id: "", source: error.extensions.source }),
  );
}

const row = (tool: string, mode: "allowed" | "approval" | "blocked", more = {}) => ({ tool, mode, costCeilingMicros: null, ...more });

describe("what is published above an agent", () => {
  it("narrows what the agent's own policy allows: a grid of the organization, then one of the workspace", async () => {
    const t = await tenant();
    expect(await asks(t, "crm.read")).toMatchObject({ outcome: "allow" });
    await publish(t, "capabilities", "organization", { tools: [row("crm.*", "approval")] as never });
    expect(await asks(t, "crm.read")).toMatchObject({ outcome: "needs_approval", rule: "capability.approval" });
    await publish(t, "capabilities", "workspace", { tools: [row("crm/read", "blocked")] as never });
    expect(await asks(t, "crm.read")).toMatchObject({ outcome: "deny", rule: "capability.blocked", source: { kind: "capabilities", scopeType: "workspace", version: 1 } });
    expect(await asks(t, "crm.list")).toMatchObject({ outcome: "needs_approval" });
  });

  it("forbids by Cedar, which wins over any grid, and says which policy it was", async () => {
    const t = await tenant();
    const text = `@id("no-night") @message("Nothing is exported.") forbid (principal, action == Countersign::Action::"tool", resource) when { resource.name like "crm.export*" };
      @id("ask-deletes") forbid (principal, action in Countersign::Action::"boundary", resource) when { context.operation == "delete" } unless { context.approved };`;
    await publish(t, "cedar", "organization", { text } as never);
    expect(await asks(t, "crm.export")).toMatchObject({ outcome: "deny", rule: "policy:no-night", source: { kind: "cedar", policyId: "no-night", version: 1 } });
    expect(await asks(t, "crm.read")).toMatchObject({ outcome: "allow" });
    const [event] = await eventBodies(t.organizationId, "actions.decided");
    expect(event).toMatchObject({ details: { rule: "policy:no-night", message: "Nothing is exported.", policyMarks: [expect.stringContaining("cedar organization")] } });
  });

  it("stops a grant that was allowed before it", async () => {
    const t = await tenant();
    const { id } = await asks(t, "crm.read");
    const other = await asks(t, "crm.list");
    await publish(t, "capabilities", "organization", { tools: [row("crm.read", "blocked")] as never });
    await expect(takeGrant(t.agent, { id })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("The policy blocks crm.read") });
    expect(await takeGrant(t.agent, { id: other.id })).toMatchObject({ status: "running" });
  });

  it("keeps a tool to paths and domains that are named, and refuses what names none or hides one", async () => {
    const t = await tenant({ tools: [row("file.*", "allowed", { paths: ["/reports/*"] }), row("http.*", "allowed")] });
    await publish(t, "egress", "organization", { allow: ["api.example.com"], deny: ["evil.example.com"] } as never);
    expect(await asks(t, "file.read", { path: "/reports/may.csv" })).toMatchObject({ outcome: "allow" });
    expect(await asks(t, "file.read", { path: "/etc/passwd" })).toMatchObject({ outcome: "deny", rule: "capability.path" });
    expect(await asks(t, "file.read", { path: "/reports/../etc/passwd" })).toMatchObject({ outcome: "deny", rule: "boundary.unreadable" });
    expect(await asks(t, "file.read", { pfad: "/reports/may.csv" })).toMatchObject({ outcome: "deny", rule: "capability.path" });
    expect(await asks(t, "http.get", { url: "https://api.example.com/x" })).toMatchObject({ outcome: "allow" });
    expect(await asks(t, "http.get", { url: "https://other.example.com/x" })).toMatchObject({ outcome: "deny", rule: "egress.not_listed" });
    expect(await asks(t, "http.get", { url: "https://evil.example.com/x" })).toMatchObject({ outcome: "deny", rule: "egress.denied" });
    expect(await asks(t, "http.get", { url: "http://169.254.169.254/latest" })).toMatchObject({ outcome: "deny", rule: "egress.private_address" });
    expect(await asks(t, "http.get", { data: 1 })).toMatchObject({ outcome: "needs_approval", rule: "egress.no_host" });
  });

  it("makes an agent stricter by a bound of its organization, both levels of which hold", async () => {
    const t = await tenant();
    await publish(t, "capabilities", "organization", { tools: [], bounds: { level: "strict" } } as never);
    expect(await asks(t, "crm.read")).toMatchObject({ outcome: "needs_approval", rule: "level.strict" });
    await publish(t, "capabilities", "workspace", { tools: [], bounds: { level: "isolated" } } as never);
    expect(await asks(t, "crm.read")).toMatchObject({ outcome: "deny", rule: "level.isolated" });
  });

  it("counts calls under a rate of any level, and says when the next may come", async () => {
    const t = await tenant();
    await publish(t, "capabilities", "workspace", { tools: [row("crm.*", "allowed", { rate: "3/hour" })] as never });
    const answers = await Promise.all(Array.from({ length: 8 }, () => asks(t, "crm.read")));
    expect(answers.filter(({ outcome }) => outcome === "allow")).toHaveLength(3);
    expect(answers.filter(({ rule }) => rule === "capability.rate")).toHaveLength(5);
    const input = SubmitActionInput.parse({ tool: "crm.list", estimatedCostMicros: 1 });
    await expect(submitAction(t.agent, input, newId())).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: expect.any(Number), hint: expect.stringContaining("Retry-After") });
    expect(await asks(t, "erp.read")).toMatchObject({ outcome: "needs_approval" });
  });

  it("asks the approval policies only where a person is asked: they deny, allow, or say who", async () => {
    const t = await tenant();
    const everything = { kinds: null, tools: null, riskAtLeast: null, costAtLeastMicros: null, workspaceIds: null, agentIds: null };
    const rules = [
      { id: "no-mail", name: "No mail", match: { ...everything, tools: ["mail.*"] }, answer: { kind: "deny", message: "Nobody mails this week." } },
      { id: "small", name: "Small reads", match: { ...everything, tools: ["erp.read"] }, answer: { kind: "allow", costAtMostMicros: 10 } },
      {
        id: "two", name: "Two people", match: { ...everything, tools: ["hr.*"] },
        answer: {
          kind: "ask", stages: [{ name: "Both", anyOf: [{ count: 2, people: [{ kind: "decider" }] }], rejections: 1 }], reasonPattern: null, expiresAfterMinutes: 5,
          escalations: [], delegation: true, breakGlass: [], ownerMayDecide: false,
        },
      },
    ];
    const [first, second] = [await t.as("supervisor"), await t.as("supervisor")];
    await publish(t, "approvals", "workspace", { rules } as never);
    expect(await asks(t, "mail.send")).toMatchObject({ outcome: "deny", rule: "approval_policy.no-mail" });
    expect(await asks(t, "erp.read")).toMatchObject({ outcome: "allow", rule: "approval_policy.small" });
    expect(await asks(t, "crm.read")).toMatchObject({ outcome: "allow", rule: "policy.allowed" });
    const { action } = await submitAction(t.agent, SubmitActionInput.parse({ tool: "hr.update", estimatedCostMicros: 1 }), newId());
    const decide = { id: action.approvalId ?? "", digest: action.digest, reason: "", decision: "approved" as const };
    await decideApproval(first, decide);
    await expect(takeGrant(t.agent, { id: action.id })).rejects.toMatchObject({ code: "conflict" });
    await decideApproval(second, decide);
    expect(await takeGrant(t.agent, { id: action.id })).toMatchObject({ status: "running" });
  });
});
