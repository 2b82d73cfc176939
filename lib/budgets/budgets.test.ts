import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import { budgetAlert, budgetWindow } from "@/db/schema/budget";
import { notice } from "@/db/schema/message";
import { organization } from "@/db/schema/organization";
import { auditEvent } from "@/db/stream/audit";
import { inTenant, type Tx } from "@/db/tenant";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { decideApproval } from "@/lib/approvals/decide";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { archiveBudget } from "./archive";
import { daysOf } from "./days";
import { exportDays } from "./export-days";
import { listBudgets } from "./list";
import { loadBudget } from "./load";
import { requestRaise } from "./request-raise";
import { setBudget, SetBudgetInput } from "./set";
import { setPrice } from "./set-price";
import { settleReservation } from "./settle";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const eventsOf = async (t: Tenant, name: string) =>
  (await inside(t, (tx) => tx.select().from(auditEvent).where(eq(auditEvent.action, name)).orderBy(auditEvent.seq))).map((event) => JSON.parse(event.body));
const input = (t: Tenant, changes: object = {}) =>
  SetBudgetInput.parse({ scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC", capMicros: 1_000_000, hard: true, thresholds: [80, 100], ...changes });
const spend = async (t: Tenant, estimatedCostMicros: number) =>
  (await submitAction(t.agent, SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros }), newId())).action.id;
const calm = () => tenant({ costThresholdMicros: 9_000_000 });

describe("setting a budget", () => {
  it("makes it, then changes it, and records what it was before", async () => {
    const t = await calm();
    const billing = await t.as("billing_admin");
    const { id, created } = await setBudget(billing, input(t));
    const changed = await setBudget(billing, input(t, { capMicros: "2000000", hard: "false", thresholds: "100, 50 %,100" }));
    expect([created, changed]).toEqual([true, { id, created: false, leftMicros: 2_000_000 }]);
    expect((await eventsOf(t, "budgets.set")).map((event) => [event.details.before, event.details.after])).toEqual([
      [null, { capMicros: 1_000_000, hard: true, thresholds: [80, 100] }],
      [{ capMicros: 1_000_000, hard: true, thresholds: [80, 100] }, { capMicros: 2_000_000, hard: false, thresholds: [50, 100] }],
    ]);
  });

  it("takes a cap below what is used, allows nothing more, and tells of the threshold that this reaches", async () => {
    const t = await calm();
    const billing = await t.as("billing_admin");
    await setBudget(billing, input(t));
    await spend(t, 600_000);
    expect((await setBudget(billing, input(t, { capMicros: 500_000 }))).leftMicros).toBe(-100_000);
    await expect(spend(t, 1)).rejects.toMatchObject({ code: "budget_exceeded" });
    const alerts = await inside(t, (tx) => tx.select().from(budgetAlert));
    expect(alerts.map((alert) => alert.threshold).sort()).toEqual([100, 80]);
  });

  it("counts for whoever is decided after it, also for one who asked before and had to wait", async () => {
    const t = await calm();
    const billing = await t.as("billing_admin");
    await setBudget(billing, input(t));
    await spend(t, 100_000);
    const waiting = async () => {
      const [row] = await database().sql<{ some: number }[]>`
        select count(*)::int as some from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return row?.some;
    };
    let both: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
    await inside(t, async (tx) => {
      await tx.select().from(budgetWindow).for("update");
      const lowered = setBudget(billing, input(t, { capMicros: 150_000 }));
      await expect.poll(waiting, { timeout: 15_000 }).toBe(1);
      both = Promise.allSettled([lowered, spend(t, 60_000)]);
      await expect.poll(waiting, { timeout: 15_000 }).toBe(2);
    });
    const [set, spent] = await both;
    expect([set?.status, spent?.status]).toEqual(["fulfilled", "rejected"]);
    expect(spent).toMatchObject({ reason: { code: "budget_exceeded", extensions: { budget: { leftMicros: 50_000, capMicros: 150_000 } } } });
  });

  it("keeps the time zone, since windows must not overlap", async () => {
    const t = await calm();
    const billing = await t.as("billing_admin");
    await setBudget(billing, input(t));
    await expect(setBudget(billing, input(t, { timeZone: "Europe/Berlin" }))).rejects.toMatchObject({ code: "conflict" });
  });

  it.each([{ timeZone: "Mars/Olympus" }, { timeZone: "+02:00" }, { capMicros: -1 }, { capMicros: 1.5 }, { thresholds: [] }, { thresholds: [0] }, { thresholds: "eighty" }, { scopeType: "model" }, { more: 1 }])(
    "refuses %o",
    async (changes) => {
      const t = await calm();
      expect(() => input(t, changes)).toThrow();
    },
  );

  it("says what a wrong field should be", () => {
    const wrong = SetBudgetInput.safeParse({ scopeType: "project", scopeId: newId(), period: "month", timeZone: "UTC", capMicros: "", hard: "maybe", thresholds: "eighty" });
    expect(wrong.error?.issues.map((issue) => [issue.path[0], issue.message])).toEqual([
      ["capMicros", "must be a whole number of micro-units (1 unit = 1,000,000)"],
      ["hard", "must be true or false"],
      ["thresholds", "must be whole percents, e.g. 80, 100"],
    ]);
  });

  it("is for who may set budgets, on what is theirs", async () => {
    const t = await calm();
    for (const role of ["supervisor", "auditor", "viewer", "workspace_admin"] as const) {
      await expect(setBudget(await t.as(role), input(t))).rejects.toMatchObject({ code: "forbidden" });
    }
    const other = await tenant();
    await expect(setBudget(await other.as("billing_admin"), input(t))).rejects.toMatchObject({ code: "not_found" });
    await expect(setBudget(await t.as("billing_admin"), input(t, { scopeType: "organization", scopeId: other.organizationId }))).rejects.toMatchObject({ code: "not_found" });
    expect(await eventsOf(other, "budgets.set")).toEqual([]);
  });

  it("can be undone by closing it, once", async () => {
    const t = await calm();
    const billing = await t.as("billing_admin");
    const { id } = await setBudget(billing, input(t, { capMicros: 1 }));
    await archiveBudget(billing, { id });
    await spend(t, 500_000);
    await expect(archiveBudget(billing, { id })).rejects.toMatchObject({ code: "conflict" });
    await expect(archiveBudget(await t.as("viewer"), { id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(archiveBudget(await (await tenant()).as("billing_admin"), { id })).rejects.toMatchObject({ code: "not_found" });
    expect((await eventsOf(t, "budgets.archived")).map((event) => event.resource.id)).toEqual([id]);
  });
});

describe("the price of sandbox time", () => {
  it("is changed by who sets budgets, with what it was before", async () => {
    const t = await calm();
    const [before] = await inside(t, (tx) => tx.select().from(organization));
    await setPrice(await t.as("billing_admin"), { secondMicros: 30_000 });
    await expect(setPrice(await t.as("supervisor"), { secondMicros: 1 })).rejects.toMatchObject({ code: "forbidden" });
    const [row] = await inside(t, (tx) => tx.select().from(organization));
    expect(row?.sandboxSecondMicros).toBe(30_000);
    const [event] = await eventsOf(t, "organization.updated");
    expect(event.details).toEqual({ before: { sandboxSecondMicros: before?.sandboxSecondMicros }, after: { sandboxSecondMicros: 30_000 } });
  });
});

describe("asking for more", () => {
  it("makes one request, which approved raises that window and no other", async () => {
    const t = await calm();
    const billing = await t.as("billing_admin");
    const { id } = await setBudget(billing, input(t));
    await expect(spend(t, 1_400_000)).rejects.toMatchObject({ code: "budget_exceeded" });
    const asked = await requestRaise(t.agent, { budgetId: id, amountMicros: 500_000, reason: "Quarter end" });
    const [row] = await inside(t, (tx) => tx.select().from(approval));
    expect([row?.kind, row?.risk, row?.requesterAgentId, row?.requesterPersonId, row?.workspaceId]).toEqual(["budget", "MEDIUM", t.agentId, t.ownerId, t.workspaceId]);
    expect((await inside(t, (tx) => tx.select().from(notice))).map((one) => [one.personId, one.href])).toEqual([[billing.actor.id, `/approvals/${asked.approvalId}`]]);
    const digest = row?.digest.toString("hex") ?? "";
    await expect(decideApproval(await t.owner(), { id: asked.approvalId, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "forbidden" });
    await decideApproval(billing, { id: asked.approvalId, digest, decision: "approved", reason: "" });
    await spend(t, 1_400_000);
    const windows = await inside(t, (tx) => tx.select().from(budgetWindow));
    expect(windows.map((window) => [window.raisedMicros, window.reservedMicros])).toEqual([[500_000, 1_400_000]]);
    expect((await eventsOf(t, "budgets.raised")).map((event) => [event.details.before, event.details.after])).toEqual([[{ raisedMicros: 0 }, { raisedMicros: 500_000 }]]);
    expect((await eventsOf(t, "approvals.requested")).map((event) => event.actor.id)).toEqual([t.agentId]);
  });

  it("is refused twice by the same for the same window, also at once, but others may ask", async () => {
    const t = await calm();
    const { id } = await setBudget(await t.as("billing_admin"), input(t));
    const ask = { budgetId: id, amountMicros: 1, reason: "more please" };
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => requestRaise(t.agent, ask)));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict", extensions: { approvalId: expect.any(String) } });
    await requestRaise(await t.as("supervisor"), ask);
  });

  it("cannot be approved once the window has ended, nor by who asked", async () => {
    const t = await calm();
    const billing = await t.as("billing_admin");
    const { id } = await setBudget(billing, input(t));
    const asked = await requestRaise(billing, { budgetId: id, amountMicros: 1, reason: "more please" });
    const [row] = await inside(t, (tx) => tx.select().from(approval));
    const decision = { id: asked.approvalId, digest: row?.digest.toString("hex") ?? "", decision: "approved" as const, reason: "" };
    await expect(decideApproval(billing, decision)).rejects.toMatchObject({ code: "forbidden" });
    await inside(t, (tx) => tx.update(budgetWindow).set({ endsAt: new Date(Date.now() - 1000) }).where(eq(budgetWindow.id, asked.windowId)));
    await expect(decideApproval(await t.as("supervisor"), decision)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("ended") });
    expect((await inside(t, (tx) => tx.select().from(budgetWindow))).map((window) => window.raisedMicros)).toEqual([0]);
  });

  it("is for what covers the agent, and for who may ask", async () => {
    const t = await calm();
    const other = await calm();
    const { id } = await setBudget(await other.as("billing_admin"), input(other));
    const ask = { budgetId: id, amountMicros: 1, reason: "more please" };
    await expect(requestRaise(t.agent, ask)).rejects.toMatchObject({ code: "not_found" });
    await expect(requestRaise(await t.as("supervisor"), ask)).rejects.toMatchObject({ code: "not_found" });
    await expect(requestRaise(await other.as("auditor"), ask)).rejects.toMatchObject({ code: "forbidden" });
    expect(await inside(other, (tx) => tx.select().from(approval))).toEqual([]);
  });
});

describe("what is shown", () => {
  it("adds up: the days are what is committed plus the overrun, the held is what is reserved", async () => {
    const t = await calm();
    const billing = await t.as("billing_admin");
    const { id } = await setBudget(billing, input(t));
    await setBudget(billing, input(t, { scopeType: "organization", scopeId: t.organizationId, capMicros: 5_000_000 }));
    const done = [await spend(t, 100_001), await spend(t, 200_002)];
    await inside(t, (tx) => settleReservation(tx, done[0] ?? "", 33_333));
    await inside(t, (tx) => settleReservation(tx, done[1] ?? "", 1_500_007));
    await spend(t, 10_000).catch(() => null);
    const detail = await loadBudget(billing, { id });
    const { window, days, held } = detail;
    expect(days.at(-1)?.soFarMicros).toBe(window.committedMicros + window.overrunMicros);
    expect(days.reduce((sum, day) => sum + day.spentMicros, 0)).toBe(33_333 + 1_500_007);
    expect(held.sumMicros).toBe(window.reservedMicros);
    expect(held.rows.reduce((sum, row) => sum + row.amountMicros, 0)).toBe(window.reservedMicros);
    const csv = await (await exportDays(billing, { id, window: window.id })).text();
    expect(csv).toContain(`Expense analyst,2,${33_333 + 1_500_007},1.53334,USD`);
    const list = await listBudgets(billing);
    expect(list.budgets.map((row) => [row.scopeType, row.depth, row.above])).toEqual([["organization", 0, []], ["project", 2, ["Finance"]]]);
  });

  it("is for who may see budgets, in their own organization", async () => {
    const t = await calm();
    const { id } = await setBudget(await t.as("billing_admin"), input(t));
    await expect(listBudgets(await t.as("viewer"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(loadBudget(await t.as("viewer"), { id })).rejects.toMatchObject({ code: "forbidden" });
    const stranger = await (await tenant()).as("billing_admin");
    await expect(loadBudget(stranger, { id })).rejects.toMatchObject({ code: "not_found" });
    expect((await listBudgets(stranger)).budgets).toEqual([]);
    expect((await loadBudget(await t.as("auditor"), { id })).can).toEqual({ set: false, ask: false });
  });

  it("counts days in the budget's own zone, across summer time", () => {
    const window = { startsAt: new Date("2026-02-28T23:00:00Z"), endsAt: new Date("2026-03-31T22:00:00Z"), timeZone: "Europe/Berlin" };
    const days = daysOf(window, new Date("2027-01-01T00:00:00Z"));
    expect([days.length, days[0], days.at(-1), new Set(days).size]).toEqual([31, "2026-03-01", "2026-03-31", 31]);
    expect(daysOf(window, new Date("2026-03-02T23:30:00Z"))).toEqual(["2026-03-01", "2026-03-02", "2026-03-03"]);
  });
});
