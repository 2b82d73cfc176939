import { describe, expect, it } from "vitest";
import { budget } from "@/db/schema/budget";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { newId } from "@/lib/id";
import { recordResult } from "@/lib/runs/record-result";
import { stopRun } from "@/lib/runs/stop";
import { anotherWorkspace, dispatchedRun, inside, newRun, once, resultOf, sandboxRunner, useStubRunner, type Tenant } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { myQueue } from "./my-queue";
import { overview } from "./overview";
import { recentSpend } from "./spend";
import { tightBudgets } from "./tight-budgets";
import { recentTroubles } from "./troubles";

useTestDatabase();
useStubRunner();

const ask = (t: Tenant, tool: string, estimatedCostMicros = 100_000) =>
  submitAction(t.agent, SubmitActionInput.parse({ tool, estimatedCostMicros }), newId());

describe("what waits for a person", () => {
  it("is what they may decide themselves, the riskiest first", async () => {
    const t = await tenant();
    await newRun(t, { estimatedCostMicros: 5_000_000 });
    await ask(t, "mail.send");
    const queue = await myQueue(await t.as("supervisor"), { limit: 5 });
    expect(queue.map((row) => [row.tool, row.risk])).toEqual([["mail.send", "HIGH"], ["sandbox.python", "LOW"]]);
    // The owner of the agent asked, and a viewer may not decide.
    expect(await myQueue(await t.owner(), { limit: 5 })).toEqual([]);
    expect(await myQueue(await t.as("viewer"), { limit: 5 })).toEqual([]);
    expect(await myQueue(await (await tenant()).as("supervisor"), { limit: 5 })).toEqual([]);
  });
});

describe("what it cost", () => {
  it("adds up settled cost by day, today last, for workspaces whose budgets one may see", async () => {
    const t = await tenant();
    for (const wallTimeMs of [420, 1_000]) await recordResult(sandboxRunner(t), resultOf(await dispatchedRun(t), { wallTimeMs }), once());
    const spend = await recentSpend(await t.as("billing_admin"));
    expect([spend.days.length, spend.days.at(-1)?.micros, spend.totalMicros, spend.beforeMicros]).toEqual([30, 1_420, 1_420, 0]);
    expect(spend.days.at(-1)?.day).toBe(new Date().toISOString().slice(0, 10));
    const later = await recentSpend(await t.as("billing_admin"), new Date(Date.now() + 31 * 86_400_000));
    expect([later.totalMicros, later.beforeMicros]).toEqual([0, 1_420]);
    expect((await recentSpend(await t.as("supervisor", await anotherWorkspace(t)))).totalMicros).toBe(0);
  });

  it("ranks budgets by what is used and reserved, and says which threshold was passed", async () => {
    const t = await tenant();
    const values = { organizationId: t.organizationId, period: "month" as const, timeZone: "UTC", hard: true, thresholds: [50, 80] };
    await inside(t, (tx) => tx.insert(budget).values([
      { ...values, id: newId(), scopeType: "organization", scopeId: t.organizationId, capMicros: 100_000_000 },
      { ...values, id: newId(), scopeType: "project", scopeId: t.projectId, workspaceId: t.workspaceId, capMicros: 1_000_000 },
    ]));
    await ask(t, "crm.read", 600_000);
    const { budgets, overThreshold, all } = await tightBudgets(await t.as("billing_admin"), { limit: 1 });
    expect(budgets.map((row) => [row.scopeType, row.usedPercent, row.crossed])).toEqual([["project", 60, 50]]);
    expect([overThreshold, all]).toEqual([1, 2]);
  });
});

describe("what went wrong", () => {
  it("is counted by what one may see of it", async () => {
    const t = await tenant({ tools: [{ tool: "crm.*", mode: "blocked", costCeilingMicros: null }, { tool: "sandbox.*", mode: "allowed", costCeilingMicros: null }] });
    await ask(t, "crm.read").catch(() => undefined);
    await recordResult(sandboxRunner(t), resultOf(await dispatchedRun(t), { status: "failed", exitCode: 1 }), once());
    const { runId } = await newRun(t);
    const viewer = await t.as("viewer");
    await stopRun(viewer, { id: runId, reason: "" }).catch(() => undefined);
    expect(await recentTroubles(await t.as("auditor"))).toMatchObject({ deniedActions: 1, failedRuns: 1, refusals: { "access.denied": 1, "sessions.sign_in_refused": 0 } });
    expect(await recentTroubles(viewer)).toMatchObject({ deniedActions: 1, failedRuns: 1, refusals: null });
    expect(await recentTroubles(await t.as("auditor"), new Date(Date.now() + 60_000))).toMatchObject({ deniedActions: 0, failedRuns: 0 });
    expect(await recentTroubles(await (await tenant()).as("auditor"))).toMatchObject({ deniedActions: 0, failedRuns: 0, refusals: { "access.denied": 0 } });
  });
});

describe("what there is", () => {
  it("is counted, and hidden where one may not see it", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    expect(await overview(admin)).toMatchObject({ workspaces: 1, agents: { active: 1 }, keys: 1, people: { active: 2 }, anyAction: false });
    await ask(t, "crm.read");
    expect(await overview(await t.as("viewer"))).toMatchObject({ keys: null, people: null, anyAction: true });
    expect(await overview(await t.as("viewer", await anotherWorkspace(t)))).toMatchObject({ workspaces: 1, agents: { active: 0 }, anyAction: false });
  });
});
