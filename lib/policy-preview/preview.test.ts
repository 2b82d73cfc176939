import { describe, expect, it } from "vitest";
import { type ActionView, SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { matchesEverything } from "@/lib/approval-policies/terms";
import { setBudget } from "@/lib/budgets/set";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { previewDocument, PreviewDocumentInput } from "./preview";
import { tryRequest, TryRequestInput } from "./try";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;

const asked = (t: Tenant, tool: string, args: Record<string, unknown> = {}) =>
  submitAction(t.agent, SubmitActionInput.parse({ tool, arguments: args, estimatedCostMicros: 5 }), newId()).catch(() => null);
const row = (tool: string, mode: string) => ({ tool, mode, costCeilingMicros: null });
const cedar = (t: Tenant, text: string) => ({ kind: "cedar", scopeType: "organization", scopeId: t.organizationId, content: { text } });
const forbidExports = `@id("no-exports") @message("Nothing leaves.") forbid (principal, action, resource) when { context.tool like "crm.export*" };`;

describe("a preview", () => {
  it("says what a draft would newly deny, ask and allow in what was really asked, and changes nothing", async () => {
    const t = await tenant();
    for (const tool of ["crm.export", "crm.export", "crm.read", "mail.send", "files.list"]) await asked(t, tool);
    const supervisor = await t.as("supervisor");
    const before = await eventsOf(t.organizationId);
    const seen = await previewDocument(supervisor, PreviewDocumentInput.parse(cedar(t, `${forbidExports}\npermit (principal, action, resource) when { context.tool == "files.list" };`)));
    expect(seen).toMatchObject({ looked: 5, unchanged: 2, capped: false, unfinished: false, denied: { count: 2, agents: 1, costMicros: 10 }, allowed: { count: 1 }, asking: { count: 0 } });
    expect(seen.denied.examples[0]).toMatchObject({ tool: "crm.export", before: { outcome: "allow" }, after: { rule: "policy:no-exports", message: "Nothing leaves." } });
    const grid = { kind: "capabilities", scopeType: "workspace", scopeId: t.workspaceId, content: { tools: [row("crm.read", "approval"), row("mail.*", "blocked")] } };
    expect(await previewDocument(supervisor, PreviewDocumentInput.parse(grid))).toMatchObject({ asking: { count: 1 }, denied: { count: 1 } });
    expect(await eventsOf(t.organizationId)).toEqual(before);
  });

  it("heeds the bounds of a draft, also where it widens those in force", async () => {
    const t = await tenant();
    await asked(t, "crm.read");
    const admin = await t.as("organization_admin");
    const bound = (costThresholdMicros: number) => ({ kind: "capabilities" as const, scopeType: "workspace" as const, scopeId: t.workspaceId, content: { tools: [], bounds: { costThresholdMicros } } });
    await publishDocument(admin, { ...bound(1), expectedVersion: 0, note: "" });
    expect(await previewDocument(admin, PreviewDocumentInput.parse(bound(1_000)))).toMatchObject({ allowed: { count: 1 } });
  });

  it("compares with what is in force now, not with what was", async () => {
    const t = await tenant();
    await asked(t, "crm.export");
    const admin = await t.as("organization_admin");
    await publishDocument(admin, { ...cedar(t, forbidExports), kind: "cedar", scopeType: "organization", expectedVersion: 0, note: "" });
    expect(await previewDocument(admin, PreviewDocumentInput.parse(cedar(t, forbidExports)))).toMatchObject({ looked: 1, unchanged: 1 });
    expect(await previewDocument(admin, PreviewDocumentInput.parse(cedar(t, "")))).toMatchObject({ allowed: { count: 1 } });
  });

  it("says which role a draft of approval policies would ask instead, and for what nobody", async () => {
    const t = await tenant();
    await asked(t, "mail.send", { to: "a@example.test" });
    const [admin, supervisor] = [await t.as("organization_admin"), await t.as("supervisor")];
    const ask = (people: object[]) => ({ kind: "ask", stages: [{ name: "Outside", anyOf: [{ count: 2, people }], rejections: 1 }], reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: false, breakGlass: [], ownerMayDecide: false });
    const people = [{ kind: "role", role: "organization_admin" }, { kind: "person", personId: supervisor.actor.id }];
    const draft = { kind: "approvals", scopeType: "organization", scopeId: t.organizationId, content: { rules: [{ id: "r", name: "Outside", match: { ...matchesEverything, tools: ["mail.*"] }, answer: ask(people) }] } };
    const { others } = await previewDocument(admin, PreviewDocumentInput.parse(draft));
    expect(others).toMatchObject({ count: 1, examples: [{ before: { asks: "anybody who decides requests" }, after: { asks: `Outside: 2 different people, each an organization admin or ${supervisor.actor.name}` } }] });
  });

  it("shows nobody what they may not see, and nothing of another organization", async () => {
    const [t, foreign] = [await tenant(), await tenant()];
    await asked(foreign, "crm.export");
    await asked(t, "crm.export");
    const draft = PreviewDocumentInput.parse(cedar(t, forbidExports));
    expect(await previewDocument(await t.as("viewer"), draft)).toMatchObject({ looked: 1, denied: { count: 1 } });
    await expect(previewDocument(await foreign.as("organization_admin"), draft)).rejects.toMatchObject({ code: "not_found" });
    await expect(previewDocument(await t.as("billing_admin"), draft)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is not made of what cannot be read, however hostile", async () => {
    const t = await tenant();
    await asked(t, "crm.read");
    const admin = await t.as("organization_admin");
    for (const text of ["permit (", `permit (principal, action, resource) when { ${"(".repeat(5_000)}true${")".repeat(5_000)} };`, "forbid (principal, action, resource) when { context.nothing };"]) {
      await expect(previewDocument(admin, PreviewDocumentInput.parse(cedar(t, text)))).rejects.toMatchObject({ code: "invalid_input" });
    }
  });
});

describe("a tried request", () => {
  const request = (t: Tenant, change: Record<string, unknown> = {}) => TryRequestInput.parse({ agentId: t.agentId, tool: "crm.export", operation: "", resource: "", estimatedCostMicros: "0", declaredRisk: "", ...change });

  it("is answered with the rule, its source and everything that it touches, and is not stored", async () => {
    const t = await tenant();
    const viewer = await t.as("viewer");
    expect(await tryRequest(viewer, request(t))).toMatchObject({ verdict: { outcome: "allow" }, boundaries: [{ action: "tool", id: "crm.export" }] });
    const withDraft = await tryRequest(viewer, request(t, { draft: cedar(t, forbidExports), arguments: '{"path": "/reports/may.csv"}' }));
    expect(withDraft).toMatchObject({ verdict: { outcome: "deny", rule: "policy:no-exports", detail: { source: { kind: "cedar", policyId: "no-exports", version: -1 } } } });
    expect(withDraft.boundaries).toMatchObject([{ action: "tool" }, { action: "file_write", id: "/reports/may.csv", answer: { outcome: "deny" } }]);
    expect(await tryRequest(viewer, request(t))).toMatchObject({ verdict: { outcome: "allow" } });
    expect(await eventsOf(t.organizationId)).toEqual([]);
  });

  it("says what cannot be told, and refuses what cannot be read", async () => {
    const t = await tenant();
    const viewer = await t.as("viewer");
    expect(await tryRequest(viewer, request(t, { arguments: '{"path": "/a/../b"}' }))).toMatchObject({ verdict: { outcome: "deny", rule: "boundary.unreadable" }, boundaries: [] });
    await expect(tryRequest(viewer, request(t, { arguments: "[]" }))).rejects.toMatchObject({ code: "invalid_input" });
    await expect(tryRequest(viewer, request(t, { arguments: "{" }))).rejects.toMatchObject({ code: "invalid_input" });
    await expect(tryRequest(await (await tenant()).as("organization_admin"), request(t))).rejects.toMatchObject({ code: "not_found" });
  });

  it("is told what the decision itself would say, whatever decides it", async () => {
    const row = (tool: string, more: object = {}) => ({ tool, mode: "allowed" as const, costCeilingMicros: null, ...more });
    const t = await tenant({ tools: [row("crm.*"), row("erp.read", { rate: "1/day" }), row("mail.*"), row("http.get"), row("files.*", { paths: ["/data/*"] }), row("sandbox.*"), row("old.*", { mode: "blocked" }), row("hr.*", { mode: "approval" })], costThresholdMicros: 2_000 });
    const admin = await t.as("organization_admin");
    await setBudget(admin, { scopeType: "organization", scopeId: t.organizationId, period: "month", timeZone: "UTC", capMicros: 100_000_000, hard: true, thresholds: [] });
    const publish = (kind: string, content: object) => publishDocument(admin, { kind, scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, content, note: "" } as never);
    await publish("cedar", { text: `@id("purpose") forbid (principal, action, resource) when { context.tool == "crm.list" && !context.purposeGiven };` });
    await publish("egress", { allow: ["api.example.com"], deny: ["bad.example.com"], unlisted: "ask" });
    await publish("approvals", { rules: [{ id: "r1", name: "Never HR", match: { ...matchesEverything, tools: ["hr.delete"] }, answer: { kind: "deny", message: "Never." } }, { id: "r2", name: "Small", match: { ...matchesEverything, tools: ["hr.read"] }, answer: { kind: "allow", costAtMostMicros: 1_000 } }] });
    await asked(t, "erp.read");
    const viewer = await t.as("organization_admin");
    const cases: Record<string, unknown>[] = [
      { tool: "crm.read" }, { tool: "crm.read", estimatedCostMicros: 5_000 }, { tool: "crm.read", declaredRisk: "CRITICAL" }, { tool: "crm.read", estimatedCostMicros: 200_000_000 },
      { tool: "crm.list" }, { tool: "crm.list", purpose: "Looks for a customer" }, { tool: "old.read" }, { tool: "unknown.tool" }, { tool: "erp.read" }, { tool: "hr.delete" }, { tool: "hr.read" }, { tool: "hr.list", operation: "READ" },
      { tool: "mail.send", arguments: { to: "a@example.test" } }, { tool: "crm.import", arguments: { path: "/a/../b" } }, { tool: "files.read", arguments: { path: "/etc/x" } }, { tool: "files.read", arguments: { path: "/data/x" } }, { tool: "files.read" },
      ...["https://api.example.com/x", "https://bad.example.com", "https://else.example.com", "http://127.1", "https://api.example.com@evil.test"].map((url) => ({ tool: "http.get", arguments: { url } })), { tool: "http.get" },
      { tool: "sandbox.python", arguments: { code: "print(1)" } }, { tool: "sandbox.perl", arguments: { code: "1" } },
    ];
    for (const one of cases) {
      const { arguments: args = {}, ...more } = one;
      const tried = await tryRequest(viewer, request(t, { estimatedCostMicros: 5, ...more, arguments: JSON.stringify(args) }));
      const real = await submitAction(t.agent, SubmitActionInput.parse({ estimatedCostMicros: 5, ...one }), newId()).then(
        ({ action }) => action.decision,
        (error: { extensions: { action: ActionView } }) => error.extensions.action.decision,
      );
      const { outcome, rule, message } = tried.verdict;
      // When a rate or a budget has room again is told by the moment.
      const at = (text: string) => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "then");
      expect({ outcome, rule, message: at(message), ...tried.classification }, JSON.stringify(one)).toMatchObject({ outcome: real.outcome, rule: real.rule, message: at(real.message), risk: real.risk, reasons: real.riskReasons });
      expect(tried.asks === null, JSON.stringify(one)).toBe(real.outcome !== "needs_approval");
    }
  });

  it("says nothing of what is left in a budget to who sees no budgets", async () => {
    const t = await tenant();
    await setBudget(await t.as("organization_admin"), { scopeType: "organization", scopeId: t.organizationId, period: "month", timeZone: "UTC", capMicros: 1_000, hard: true, thresholds: [] });
    const { verdict } = await tryRequest(await t.as("viewer"), request(t, { tool: "crm.read", estimatedCostMicros: 5_000 }));
    expect(verdict).toEqual({ outcome: "deny", rule: "budget.hard_cap", message: "A budget that covers this agent has no room for it." });
  });
});
