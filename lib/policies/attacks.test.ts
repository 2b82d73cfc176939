import { describe, expect, it, vi } from "vitest";
import { eq } from "drizzle-orm";
import type { ToolCapability } from "@/db/schema/agent";
import { action } from "@/db/schema/action";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { decideApproval } from "@/lib/approvals/decide";
import { setBudget } from "@/lib/budgets/set";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { claimRun } from "@/lib/runs/claim";
import { engine, inside, newRun, useStubRunner } from "@/lib/runs/testing";
import { archiveTemplate } from "@/lib/templates/archive";
import { createTemplate } from "@/lib/templates/create";
import { setAgentTemplate } from "@/lib/templates/set-of-agent";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { updatePolicy, UpdatePolicyInput } from "./update";

useTestDatabase();
useStubRunner();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const row = (tool: string, more: Partial<ToolCapability> = {}): ToolCapability => ({ tool, mode: "allowed", costCeilingMicros: null, ...more });

/** A grid of the workspace, or of another place, as an admin publishes it. */
async function publish(t: Tenant, tools: ToolCapability[], place: { scopeType: "workspace" | "template"; scopeId: string } = { scopeType: "workspace", scopeId: t.workspaceId }, bounds = {}) {
  await publishDocument(await t.as("organization_admin"), { kind: "capabilities", ...place, expectedVersion: 0, content: { tools: tools.map((each) => ({ ...each })), bounds } as never, note: "" });
}

type Asked = { arguments?: Record<string, unknown>; operation?: string; estimatedCostMicros?: number; key?: string; submit?: typeof submitAction };

/** The rule that decides. */
async function rule(t: Tenant, tool: string, { key = newId(), submit = submitAction, ...more }: Asked = {}): Promise<string> {
  const input = SubmitActionInput.parse({ tool, estimatedCostMicros: 1_000, ...more });
  return submit(t.agent, input, key).then(
    ({ action: { decision } }) => decision.rule,
    (error: { extensions?: { rule: string } }) => error.extensions?.rule ?? String(error),
  );
}

const allowed = "policy.allowed";

describe("a row of an agent that is wider than its workspace's", () => {
  it("opens nothing: mode, ceiling, operations, and what is blocked stay the workspace's", async () => {
    const t = await tenant({ tools: [row("*"), row("crm.*"), row("erp.read", { costCeilingMicros: 9_000, operations: null })] });
    await publish(t, [row("crm.export", { mode: "blocked" }), row("crm.list", { mode: "approval" }), row("erp.*", { costCeilingMicros: 2_000, operations: ["read"] })]);
    expect(await rule(t, "crm.read")).toBe(allowed);
    expect(await rule(t, "crm.list")).toBe("capability.approval");
    expect(await rule(t, "erp.read", { operation: "read", estimatedCostMicros: 3_000 })).toBe("capability.cost_ceiling");
    expect(await rule(t, "erp.read", { operation: "read" })).toBe(allowed);
    for (const tool of ["crm.export", "crm/export"]) expect(await rule(t, tool)).toBe("capability.blocked");
  });

  it("is blocked by no other spelling of the tool's name, since there is none that is taken", () => {
    for (const tool of ["CRM.export", "crm.export ", "crm..export", "crm.exp*rt", "crm.éxport", "crm\u200b.export", "crm%2eexport"]) {
      expect(SubmitActionInput.safeParse({ tool, estimatedCostMicros: 1 }).success).toBe(false);
    }
  });

  it("has no more runs at once than its workspace lets it", async () => {
    const t = await tenant();
    await publish(t, [], undefined, { maxConcurrentRuns: 1 });
    const [first, second] = [await newRun(t), await newRun(t)];
    expect(await claimRun(engine(t), { runId: first.runId })).toBe("ready");
    expect(await claimRun(engine(t), { runId: second.runId })).toBe("slot");
  });
});

describe("a row with paths", () => {
  it.each(["/data/../etc/passwd", "/data/reports/../../etc/passwd", "/data/reports/%2e%2e/x", "/data%2freports/x", "/data\\reports\\x", "/data/reports/..", "/data/reports/\u202ex", "/data/reports/．．/x", "/data/reports./x", "/data/reports /x"])("lets %j through in no way", async (path) => {
    const t = await tenant({ tools: [row("files.*", { paths: ["/data/reports/*"] })] });
    expect(await rule(t, "files.read", { arguments: { path } })).toBe("boundary.unreadable");
  });

  it("compares letter by letter, also in other arguments and in lists of them", async () => {
    const t = await tenant({ tools: [row("files.*", { paths: ["/data/reports/*"] })] });
    expect(await rule(t, "files.read", { arguments: { path: "/data/reports//./may.csv" } })).toBe(allowed);
    for (const path of ["/Data/reports/may.csv", "/data/reports", "/data/reportsx/may.csv", "data/reports/may.csv", "/x/data/reports/may.csv"]) {
      expect(await rule(t, "files.read", { arguments: { path } })).toBe("capability.path");
    }
    expect(await rule(t, "files.read", { arguments: { paths: ["/data/reports/may.csv", "/etc/passwd"] } })).toBe("capability.path");
    expect(await rule(t, "files.copy", { arguments: { source: "/data/reports/may.csv", destination: "/etc/cron.d/x" } })).toBe("capability.path");
  });

  it("that lists none lets none through", async () => {
    const t = await tenant({ tools: [row("files.*", { paths: [] })] });
    expect(await rule(t, "files.read", { arguments: { path: "/a" } })).toBe("capability.path");
  });
});

describe("a row with operations", () => {
  it("takes another spelling for the same operation, and what it does not list for none", async () => {
    const t = await tenant({ tools: [row("crm.*", { operations: ["read", "list"] })] });
    for (const operation of ["read", "Read", "LIST"]) expect(await rule(t, "crm.read", { operation })).toBe(allowed);
    for (const operation of ["write", "readx", "read.", "re_ad", "execute"]) expect(await rule(t, "crm.read", { operation })).toBe("capability.operation");
    for (const operation of ["rеad", "read ", "read\u200b", ""]) expect(SubmitActionInput.safeParse({ tool: "crm.read", operation, estimatedCostMicros: 1 }).success).toBe(false);
  });
});

describe("a rate of a row", () => {
  it("refuses the call after the last with 429 and Retry-After, whichever tool of the row it is, and however it is spelled", async () => {
    const t = await tenant({ tools: [row("crm.*", { rate: "3/hour" })] });
    for (const tool of ["crm.read", "crm/read", "crm.list"]) expect(await rule(t, tool)).toBe(allowed);
    const input = SubmitActionInput.parse({ tool: "crm.search", estimatedCostMicros: 1 });
    await expect(submitAction(t.agent, input, "k4")).rejects.toMatchObject({ code: "rate_limited", status: 429, retryAfterSeconds: expect.any(Number), extensions: { rule: "capability.rate", rate: { calls: 3, period: "hour" } } });
    expect(await rule(t, "crm/list")).toBe("capability.rate");
  });

  it("of the workspace holds for an agent whose own is higher", async () => {
    const t = await tenant({ tools: [row("crm.*", { rate: "100/hour" })] });
    await publish(t, [row("crm.*", { rate: "1/hour" })]);
    expect([await rule(t, "crm.read"), await rule(t, "crm.read")]).toEqual([allowed, "capability.rate"]);
  });

  it("does not count what is denied, by policy or by a budget, nor the same request again", async () => {
    const t = await tenant({ tools: [row("crm.*", { rate: "2/day" }), row("crm.drop", { mode: "blocked" })] });
    await setBudget(await t.as("organization_admin"), { scopeType: "organization", scopeId: t.organizationId, period: "month", timeZone: "UTC", capMicros: 10_000, hard: true, thresholds: [] });
    for (let n = 0; n < 3; n++) expect(await rule(t, "crm.drop")).toBe("capability.blocked");
    for (let n = 0; n < 3; n++) expect(await rule(t, "crm.read", { estimatedCostMicros: 20_000 })).toBe("budget.hard_cap");
    for (let n = 0; n < 3; n++) expect(await rule(t, "crm.read", { key: "same" })).toBe(allowed);
    expect([await rule(t, "crm.read"), await rule(t, "crm.read")]).toEqual([allowed, "capability.rate"]);
  });

  it("is exact with two servers and 64 calls of each in flight", async () => {
    const t = await tenant({ tools: [row("crm.*", { rate: "40/day" })] });
    vi.resetModules();
    const other: typeof submitAction = (await import("@/lib/actions/submit")).submitAction;
    const rules = await Promise.all(Array.from({ length: 128 }, (_, n) => rule(t, n % 3 ? "crm.read" : "crm.list", { submit: n % 2 ? other : submitAction })));
    const count = (wanted: string) => rules.filter((each) => each === wanted).length;
    expect([count(allowed), count("capability.rate")]).toEqual([40, 88]);
    expect(await inside(t, (tx) => tx.$count(action, eq(action.status, "allowed")))).toBe(40);
  });
});

describe("a template of an agent", () => {
  it("holds on after it is archived, also against what the agent's own policy says then", async () => {
    const t = await tenant({ tools: [row("crm.*")] });
    const admin = await t.as("organization_admin");
    const { id } = await createTemplate(admin, { name: "Readers" });
    await publish(t, [row("crm.write", { mode: "blocked" })], { scopeType: "template", scopeId: id });
    await setAgentTemplate(admin, { agentId: t.agentId, templateId: id });
    expect(await rule(t, "crm.write")).toBe("capability.blocked");
    await archiveTemplate(admin, { id });
    expect(await rule(t, "crm.write")).toBe("capability.blocked");
  });

  it("stops what was allowed or approved before it was given", async () => {
    const t = await tenant({ tools: [row("crm.*"), row("mail.send", { mode: "approval" })] });
    const admin = await t.as("organization_admin");
    const { id } = await createTemplate(admin, { name: "Readers" });
    await publish(t, [row("crm.*", { mode: "blocked" })], { scopeType: "template", scopeId: id });
    const submit = async (tool: string) => (await submitAction(t.agent, SubmitActionInput.parse({ tool, arguments: { to: "a@example.test" }, estimatedCostMicros: 1 }), tool)).action;
    const [read, mail] = [await submit("crm.read"), await submit("mail.send")];
    await decideApproval(await t.as("supervisor"), { id: mail.approvalId ?? "", decision: "approved", digest: mail.digest });
    await setAgentTemplate(admin, { agentId: t.agentId, templateId: id });
    await expect(takeGrant(t.agent, { id: read.id })).rejects.toThrow();
    // The template says nothing of mail: what a person approved was approved under other policies all the same.
    await expect(takeGrant(t.agent, { id: mail.id })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("what a level below newly says wider than the level above", () => {
  const grid = async (t: Tenant, expectedVersion: number, tools: ToolCapability[], bounds = {}) =>
    publishDocument(await t.as("organization_admin"), { kind: "capabilities", scopeType: "workspace", scopeId: t.workspaceId, expectedVersion, content: { tools, bounds } as never, note: "" });

  it("is refused with words, for a workspace and for an agent; narrower and what stood there before is not", async () => {
    const t = await tenant({ tools: [row("crm.*", { costCeilingMicros: 9_000 })] });
    const admin = await t.as("organization_admin");
    await grid(t, 0, [row("old.*")], { maxRunSeconds: 300 });
    const top = { kind: "capabilities", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, note: "" } as const;
    await publishDocument(admin, { ...top, content: { tools: [row("crm.*", { mode: "approval", costCeilingMicros: 2_000, domains: ["api.example.com"] }), row("old.*", { mode: "blocked" })].map((each) => ({ ...each })), bounds: { maxRunSeconds: 60 } } as never });
    const old = row("old.*");
    const still = { maxRunSeconds: 300 };
    await expect(grid(t, 1, [old, row("crm.read")], still)).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining("crm.read would be allowed, and the organization Org") });
    for (const more of [{ costCeilingMicros: 3_000 }, { domains: ["api.example.com", "other.example.com"] }]) await expect(grid(t, 1, [old, row("crm.read", { mode: "blocked", ...more })], still)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(grid(t, 1, [old], { maxRunSeconds: 120 })).rejects.toMatchObject({ message: expect.stringContaining("The longest run would be wider") });
    expect(await grid(t, 1, [old, row("crm.read", { mode: "blocked", costCeilingMicros: 1_000 })], still)).toEqual({ version: 2 });
    const own = { level: "standard", costThresholdMicros: 1_000_000, riskThreshold: "HIGH", maxRunSeconds: 60, maxConcurrentRuns: 1, maxConcurrentTasks: 100, maxWaitingApprovals: 100, approvalTtlSeconds: 3_600 } as const;
    const policy = (tools: ToolCapability[]) => UpdatePolicyInput.parse({ agentId: t.agentId, expectedVersion: 1, policy: { ...own, tools } });
    const was = row("crm.*", { costCeilingMicros: 9_000 });
    await expect(updatePolicy(admin, policy([was, row("crm.export")]))).rejects.toMatchObject({ code: "invalid_input", extensions: { problems: [{ path: "tools.1" }] } });
    expect(await updatePolicy(admin, policy([was, row("crm.export", { mode: "blocked" })]))).toEqual({ version: 2 });
  });
});
