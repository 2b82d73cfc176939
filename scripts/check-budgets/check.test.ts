import { rmSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { makeScratch } from "../test/scratch";
import { checkBudgets, type Report } from "./check";
import type { AuditEvent, Evidence } from "./evidence";
import { judge } from "./judge/judge";

// A small one of what `npm run check:budgets` does with a hundred thousand calls.
const options = { operations: 1_500, processes: 2, lanes: 12, seed: 7, kills: 3, cuts: 3, rollovers: 3 };
const db = useTestDatabase();

describe("budgets that processes share which are killed and cut off while they spend", () => {
  let report: Report;

  beforeAll(async () => {
    const folder = makeScratch("countersign-check-");
    report = await checkBudgets(options, db.current(), folder);
    rmSync(folder, { recursive: true, force: true });
  }, 600_000);

  /** What the judge finds when the database had come out like this. */
  function found(change: (evidence: Evidence) => void): string[] {
    const evidence = structuredClone(report.evidence);
    const [one] = evidence;
    if (!one) throw new Error("nothing was gathered");
    change(one);
    return [...new Set(judge(report.operations, evidence).map(({ kind }) => kind))];
  }
  const setCaps = (factor: number) => (one: Evidence) => {
    for (const event of one.events) {
      const { capMicros } = (event.details.after ?? {}) as { capMicros?: number };
      if (event.action === "budgets.set" && capMicros !== undefined) event.details.after = { ...(event.details.after as object), capMicros: Math.floor(capMicros * factor) };
    }
  };
  const again = (one: Evidence, is: (event: AuditEvent) => boolean) => {
    const event = one.events.find(is);
    if (event) one.events.push({ ...event, seq: one.events.length + 1 });
  };

  it("are never over a cap, refuse nothing that fits, and settle and lose nothing twice or once", () => {
    expect(report.violations.slice(0, 20)).toEqual([]);
  });

  it("were really in use: everything was tried, and much was refused", () => {
    expect(report.operations.length).toBeGreaterThanOrEqual(options.operations);
    expect([report.kills, report.cuts, report.rollovers]).toEqual([3, 3, 3]);
    expect(new Set(report.operations.map(({ move }) => move)).size).toBeGreaterThan(7);
    const refused = report.operations.filter(({ answer }) => answer?.code === "budget_exceeded");
    expect(refused.length).toBeGreaterThan(20);
    expect(report.operations.filter(({ answer }) => answer?.outcome === "ok").length).toBeGreaterThan(500);
  });

  it("would have been found otherwise", () => {
    expect(found(() => undefined)).toEqual([]);
    expect(found(setCaps(0.2))).toContain("over_cap");
    expect(found(setCaps(5))).toContain("false_refusal");
    expect(found((one) => again(one, ({ action }) => action === "actions.completed"))).toContain("double_settle");
    expect(found((one) => again(one, ({ action, outcome }) => action === "actions.decided" && outcome === "success"))).toContain("duplicate");
    expect(found((one) => void one.actions.splice(0, 40))).toContain("lost_ack");
    expect(found((one) => void one.events.splice(30, 1))).toContain("chain");
    expect(found((one) => one.windows.forEach((window) => (window.committedMicros += 1)))).toContain("sums");
  });
});
