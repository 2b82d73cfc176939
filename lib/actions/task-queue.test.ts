import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { action } from "@/db/schema/action";
import { loadAgent } from "@/lib/agents/load";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { cancelAction } from "./cancel";
import { getAction } from "./get";
import { listWaiting } from "./list-waiting";
import { reportOutcome, ReportOutcomeInput } from "./report-outcome";
import { SubmitActionInput } from "./schemas";
import { submitAction } from "./submit";
import { takeGrant } from "./take-grant";

useTestDatabase();

async function made(limit: number) {
  const t = await tenant({ maxConcurrentTasks: limit });
  const submit = async () => (await submitAction(t.agent, SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 1 }), newId())).action.id;
  const begin = (id: string) => takeGrant(t.agent, { id });
  const report = (id: string) => reportOutcome(t.agent, ReportOutcomeInput.parse({ id, status: "succeeded", costMicros: 1 }));
  const position = async (id: string) => (await getAction(t.agent, { id })).queue?.position ?? null;
  return { ...t, submit, begin, report, position };
}

describe("an agent's own tasks", () => {
  it("begin up to the limit of its policy; further ones wait in the order in which they asked, and are refused nothing", async () => {
    const t = await made(2);
    const ids = [await t.submit(), await t.submit(), await t.submit(), await t.submit()] as const;
    const [first, second, third, fourth] = ids;
    expect((await t.begin(first)).status).toBe("running");
    expect((await t.begin(second)).status).toBe("running");
    // The fourth asks before the third.
    expect(await t.begin(fourth)).toMatchObject({ status: "allowed", queue: { position: 1, running: 2, limit: 2 } });
    expect(await t.begin(third)).toMatchObject({ status: "allowed", queue: { position: 2 } });
    const supervisor = await t.as("supervisor");
    expect((await loadAgent(supervisor, { id: t.agentId })).tasks).toEqual({ running: 2, waiting: 2, limit: 2 });
    expect((await listWaiting(supervisor, { agentId: t.agentId })).map(({ id, queue }) => [id, queue?.position])).toEqual([[fourth, 1], [third, 2]]);
    await t.report(first);
    // It is the fourth's turn, and the third does not overtake it.
    expect((await t.begin(third)).status).toBe("allowed");
    expect((await t.begin(fourth)).status).toBe("running");
    await t.report(second);
    expect(await t.position(third)).toBe(1);
    expect((await t.begin(third)).status).toBe("running");
  });

  it("never pass the limit, however many ask at once", async () => {
    const t = await made(3);
    const ids = await Promise.all(Array.from({ length: 12 }, t.submit));
    const answers = await Promise.all(ids.map(t.begin));
    expect(answers.filter(({ status }) => status === "running")).toHaveLength(3);
    for (let left = 9; left > 0; left -= 3) {
      const running = await inside(t, (tx) => tx.select({ id: action.id }).from(action).where(eq(action.status, "running")));
      expect(running).toHaveLength(3);
      await Promise.all(running.map(({ id }) => t.report(id)));
      const waiting = await inside(t, (tx) => tx.select({ id: action.id }).from(action).where(eq(action.status, "allowed")));
      await Promise.all(waiting.map(({ id }) => t.begin(id)));
    }
    expect(await inside(t, (tx) => tx.select({ id: action.id }).from(action).where(eq(action.status, "running")))).toHaveLength(3);
  });

  it("keep their grant for as long as they ask for their turn, and let others by when they ask no more", async () => {
    const t = await made(1);
    const [first, silent, patient] = [await t.submit(), await t.submit(), await t.submit()];
    await t.begin(first);
    await t.begin(silent);
    const soon = new Date(Date.now() + 30_000);
    await inside(t, (tx) => tx.update(action).set({ grantExpiresAt: soon }).where(eq(action.id, patient)));
    await t.begin(patient);
    const [kept] = await inside(t, (tx) => tx.select({ until: action.grantExpiresAt }).from(action).where(eq(action.id, patient)));
    expect(kept?.until?.getTime()).toBeGreaterThan(soon.getTime());
    expect(await t.position(patient)).toBe(2);
    await inside(t, (tx) => tx.update(action).set({ turnAskedAt: new Date(Date.now() - 180_000) }).where(eq(action.id, silent)));
    expect(await t.position(patient)).toBe(1);
    await t.report(first);
    expect((await t.begin(patient)).status).toBe("running");
    // Its place is not lost: it is the first again once it asks.
    expect(await t.begin(silent)).toMatchObject({ queue: { position: 1 } });
  });

  it("leave the queue when they are withdrawn", async () => {
    const t = await made(1);
    const [first, second, third] = [await t.submit(), await t.submit(), await t.submit()];
    await t.begin(first);
    await t.begin(second);
    await t.begin(third);
    await cancelAction(t.agent, { id: second });
    expect([await t.position(second), await t.position(third)]).toEqual([null, 1]);
    await t.report(first);
    expect((await t.begin(third)).status).toBe("running");
  });
});
