import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { action, approval } from "@/db/schema/action";
import { reservation } from "@/db/schema/budget";
import { inTenant, type Tx } from "@/db/tenant";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { cancelAction } from "./cancel";
import { SubmitActionInput } from "./schemas";
import { submitAction } from "./submit";

useTestDatabase();
beforeEach(() => vi.resetModules());

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const mail = (n = 1) => SubmitActionInput.parse({ tool: "mail.send", arguments: { n }, estimatedCostMicros: 1_000 });
const harmless = SubmitActionInput.parse({ tool: "crm.read", arguments: {}, estimatedCostMicros: 1_000 });
const waitingOf = (t: Tenant) => inside(t, (tx) => tx.$count(approval, eq(approval.status, "pending")));

/** What another server would be: the same code with a queue of its own, over the same database. */
async function anotherServer(): Promise<typeof submitAction> {
  vi.resetModules();
  return (await import("./submit")).submitAction;
}

describe("requests of one agent that wait for a person", () => {
  it("are refused beyond the agent's limit, with what to do, recorded, and with nothing set aside", async () => {
    const t = await tenant({ maxWaitingApprovals: 2 });
    for (const n of [1, 2]) expect((await submitAction(t.agent, mail(n), `k${n}`)).action.status).toBe("pending_approval");
    await expect(submitAction(t.agent, mail(3), "k3")).rejects.toMatchObject({
      code: "approval_queue_full",
      status: 429,
      message: expect.stringContaining("2 requests"),
      hint: expect.stringMatching(/decided.*withdraw.*new Idempotency-Key/),
      extensions: { rule: "approvals.queue_full", waiting: { limit: 2 }, withdraw: { method: "POST" }, action: { status: "denied" } },
    });
    expect(await waitingOf(t)).toBe(2);
    expect(await inside(t, (tx) => tx.$count(reservation))).toBe(2);
    expect((await eventBodies(t.organizationId, "actions.decided")).at(-1)).toMatchObject({ outcome: "blocked", details: { rule: "approvals.queue_full" } });
  });

  it("do not stand in the way of what needs nobody, nor of a repeated request", async () => {
    const t = await tenant({ maxWaitingApprovals: 1 });
    const first = await submitAction(t.agent, mail(), "k1");
    await expect(submitAction(t.agent, mail(2), "k2")).rejects.toMatchObject({ code: "approval_queue_full" });
    expect((await submitAction(t.agent, harmless, "k3")).action.status).toBe("allowed");
    expect(await submitAction(t.agent, mail(), "k1")).toMatchObject({ replayed: true, action: { id: first.action.id, status: "pending_approval" } });
    await cancelAction(t.agent, { id: first.action.id });
    await expect(submitAction(t.agent, mail(2), "k2")).rejects.toMatchObject({ code: "approval_queue_full" });
  });

  it("make room when they are withdrawn, and when they expire though nobody has ended them yet", async () => {
    const t = await tenant({ maxWaitingApprovals: 1 });
    const { action: first } = await submitAction(t.agent, mail(1), "k1");
    await cancelAction(t.agent, { id: first.id });
    const { action: second } = await submitAction(t.agent, mail(2), "k2");
    await inside(t, (tx) => tx.update(approval).set({ expiresAt: new Date(Date.now() - 60_000) }).where(and(eq(approval.actionId, second.id), eq(approval.status, "pending"))));
    expect((await submitAction(t.agent, mail(3), "k3")).action.status).toBe("pending_approval");
  });

  it("are counted for each agent, and never beyond the limit, however many ask through however many servers at once", async () => {
    const t = await tenant({ maxWaitingApprovals: 1 });
    const servers = [await anotherServer(), await anotherServer(), await anotherServer(), await anotherServer()];
    // Opens the connections, so that all four really begin together.
    await Promise.all(servers.map((submit, s) => submit(t.agent, harmless, `warm-${s}`)));
    const results = await Promise.allSettled(servers.flatMap((submit, s) => Array.from({ length: 8 }, (_, n) => submit(t.agent, mail(n), `s${s}-${n}`))));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(results.flatMap((result) => (result.status === "rejected" ? [(result.reason as { code?: string }).code] : []))).toEqual(Array.from({ length: 31 }, () => "approval_queue_full"));
    expect(await waitingOf(t)).toBe(1);
    const decided = await inside(t, (tx) => tx.select({ status: action.status }).from(action));
    expect(decided.filter(({ status }) => status === "denied")).toHaveLength(31);
  });
});
