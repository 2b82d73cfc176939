import { and, eq } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { action, approval } from "@/db/schema/action";
import { agent, agentPolicy } from "@/db/schema/agent";
import { budget, budgetWindow, reservation } from "@/db/schema/budget";
import { outbox } from "@/db/schema/message";
import { person, roleGrant } from "@/db/schema/people";
import { run } from "@/db/schema/run";
import { auditEvent } from "@/db/stream/audit";
import { inTenant, type Tx } from "@/db/tenant";
import { abilityOfPerson } from "@/lib/ability/define";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { useGrant } from "@/lib/actions/use-grant";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { cancelApproval } from "./cancel";
import { decideApproval } from "./decide";
import { expireApprovals } from "./expire";
import { loadApproval } from "./load";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);

/** An action that waits for a person, with 0.6 of money set aside in a budget of the project. */
async function waiting(changes: Partial<SubmitActionInput> = {}) {
  const t = await tenant({ costThresholdMicros: 500_000 });
  await inside(t, (tx) =>
    tx.insert(budget).values({
      id: newId(), organizationId: t.organizationId, scopeType: "project", scopeId: t.projectId, workspaceId: t.workspaceId,
      period: "month", timeZone: "UTC", capMicros: 10_000_000, hard: true, thresholds: [80],
    }),
  );
  const input = SubmitActionInput.parse({ tool: "sandbox.python", arguments: { code: "print(1)", timeoutSeconds: 10 }, estimatedCostMicros: 600_000, ...changes });
  const { action: made } = await submitAction(t.agent, input, newId());
  if (!made.approvalId) throw new Error("the fixture's action needs an approval");
  return { t, made, id: made.approvalId, digest: made.digest };
}

const expireNow = (t: Tenant, id: string) => inside(t, (tx) => tx.update(approval).set({ expiresAt: new Date(Date.now() - 1000) }).where(eq(approval.id, id)));
const eventsOf = (t: Tenant, name: string) => inside(t, (tx) => tx.select().from(auditEvent).where(eq(auditEvent.action, name)));
const sentOf = (t: Tenant, name: string) => inside(t, (tx) => tx.select().from(outbox).where(eq(outbox.name, name)));
const stateOf = (t: Tenant, id: string) =>
  inside(t, async (tx) => {
    const [asked] = await tx.select().from(approval).where(eq(approval.id, id));
    const [done] = asked?.actionId ? await tx.select().from(action).where(eq(action.id, asked.actionId)) : [];
    const [started] = asked?.actionId ? await tx.select().from(run).where(eq(run.actionId, asked.actionId)) : [];
    const [held] = asked?.actionId ? await tx.select().from(reservation).where(eq(reservation.actionId, asked.actionId)) : [];
    const [window] = await tx.select().from(budgetWindow);
    return [asked?.status, done?.status, started?.status, held?.status, window?.reservedMicros];
  });

describe("deciding a request", () => {
  it("approves exactly what was seen, once, and tells who waits", async () => {
    const { t, id, digest, made } = await waiting();
    const supervisor = await t.as("supervisor");
    const decided = await decideApproval(supervisor, { id, digest, decision: "approved", reason: "" });
    expect(decided).toEqual({ id, status: "approved", kind: "action", actionId: made.id });
    expect(await stateOf(t, id)).toEqual(["approved", "allowed", "queued", "held", 600_000]);
    const [event] = await eventsOf(t, "approvals.decided");
    expect(JSON.parse(event?.body ?? "{}")).toMatchObject({
      actor: { id: supervisor.actor.id },
      details: { decision: "approved", digest, policyVersion: 1, amountMicros: 600_000, actionId: made.id },
      approval: { id, required: true, by: supervisor.actor.id, policyVersion: 1 },
    });
    expect((await sentOf(t, "approval/decided")).map((row) => row.data.approvalId)).toEqual([id]);
    const used = await inside(t, (tx) => useGrant(tx, made.id));
    expect(used.decidedBy).toBe(supervisor.actor.id);
    await expect(inside(t, (tx) => useGrant(tx, made.id))).rejects.toMatchObject({ code: "conflict" });
  });

  it("rejects with a reason, ends the run and gives the money back", async () => {
    const { t, id, digest, made } = await waiting();
    const supervisor = await t.as("supervisor");
    await decideApproval(supervisor, { id, digest, decision: "rejected", reason: "Use the smaller file" });
    expect(await stateOf(t, id)).toEqual(["rejected", "rejected", "cancelled", "released", 0]);
    expect((await sentOf(t, "run/finished")).map((row) => row.data.runId)).toEqual([made.runId]);
    expect((await loadApproval(supervisor, { id })).decisionReason).toBe("Use the smaller file");
  });

  it("is decided once: whoever comes second is told", async () => {
    const { t, id, digest } = await waiting();
    const [first, second] = [await t.as("supervisor"), await t.as("supervisor")];
    await decideApproval(first, { id, digest, decision: "rejected", reason: "no" });
    await expect(decideApproval(second, { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({
      code: "conflict",
      message: "This request is rejected already.",
    });
  });

  it("is nobody's who owns the agent, and the attempt is recorded", async () => {
    const { t, id, digest } = await waiting();
    const owner = await t.owner();
    await expect(decideApproval(owner, { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "forbidden" });
    const detail = await loadApproval(owner, { id });
    expect(detail.cannotDecide).toMatchObject({ code: "own" });
    expect((await eventsOf(t, "access.denied")).map((event) => event.actorId)).toEqual([owner.actor.id]);
    expect((await stateOf(t, id))[0]).toBe("pending");
  });

  it("is nobody's who became the agent's owner after it asked", async () => {
    const { t, id, digest } = await waiting();
    const supervisor = await t.as("supervisor");
    await inside(t, (tx) => tx.update(agent).set({ ownerId: supervisor.actor.id }).where(eq(agent.id, t.agentId)));
    await expect(decideApproval(supervisor, { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is refused when what was seen is not what is stored", async () => {
    const { t, id } = await waiting();
    const attempt = decideApproval(await t.as("supervisor"), { id, digest: "0".repeat(64), decision: "approved", reason: "" });
    await expect(attempt).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("not the one that you were shown") });
    expect((await stateOf(t, id))[0]).toBe("pending");
  });

  it("is refused when the stored action was changed behind the portal's back", async () => {
    const { t, id, digest, made } = await waiting();
    await inside(t, (tx) => tx.update(action).set({ arguments: '{"code":"print(2)","timeoutSeconds":10}' }).where(eq(action.id, made.id)));
    await expect(decideApproval(await t.as("supervisor"), { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "conflict" });
    expect(await stateOf(t, id)).toEqual(["pending", "pending_approval", "queued", "held", 600_000]);
  });

  it("is refused once it has expired", async () => {
    const { t, id, digest } = await waiting();
    await expireNow(t, id);
    const attempt = decideApproval(await t.as("supervisor"), { id, digest, decision: "approved", reason: "" });
    await expect(attempt).rejects.toMatchObject({ code: "conflict", message: "This request has expired." });
  });

  it("cannot be approved after the agent's policy changed, but can be rejected", async () => {
    const { t, id, digest } = await waiting();
    await inside(t, async (tx) => {
      await tx.insert(agentPolicy).values({ organizationId: t.organizationId, agentId: t.agentId, version: 2, level: "standard", tools: [], costThresholdMicros: 1, riskThreshold: "HIGH" });
      await tx.update(agent).set({ policyVersion: 2 }).where(eq(agent.id, t.agentId));
    });
    const supervisor = await t.as("supervisor");
    await expect(decideApproval(supervisor, { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "conflict" });
    await decideApproval(supervisor, { id, digest, decision: "rejected", reason: "old policy" });
  });

  it("is refused when the person's access changed between opening and deciding", async () => {
    const { t, id, digest } = await waiting();
    const supervisor = await t.as("supervisor");
    await inside(t, async (tx) => {
      await tx.update(roleGrant).set({ revokedAt: new Date() }).where(eq(roleGrant.personId, supervisor.actor.id));
      await tx.update(person).set({ accessVersion: 2 }).where(eq(person.id, supervisor.actor.id));
    });
    await expect(decideApproval(supervisor, { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "conflict" });
    expect((await stateOf(t, id))[0]).toBe("pending");
  });

  it.each(["viewer", "auditor", "billing_admin", "agent_manager"] as const)("is not for a %s", async (role) => {
    const { t, id, digest } = await waiting();
    const caller = await t.as(role);
    await expect(decideApproval(caller, { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "forbidden" });
    expect((await eventsOf(t, "access.denied")).map((event) => event.actorId)).toEqual([caller.actor.id]);
  });

  it("is for a supervisor of its workspace, and not for one of another", async () => {
    const { t, id, digest } = await waiting();
    const elsewhere = await tenant();
    const supervisor = await t.as("supervisor", t.workspaceId);
    await expect(decideApproval({ ...supervisor, ability: abilityElsewhere(elsewhere, supervisor) }, { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "forbidden" });
    await decideApproval(supervisor, { id, digest, decision: "approved", reason: "" });
  });

  it("does not exist for another organization", async () => {
    const { id, digest } = await waiting();
    const stranger = await (await tenant()).as("supervisor");
    await expect(decideApproval(stranger, { id, digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "not_found" });
    await expect(loadApproval(stranger, { id })).rejects.toMatchObject({ code: "not_found" });
    await expect(cancelApproval(stranger, { id })).rejects.toMatchObject({ code: "not_found" });
  });

  it("leaves time to use what was approved in the last minute", async () => {
    const { t, id, digest } = await waiting();
    await inside(t, (tx) => tx.update(approval).set({ expiresAt: new Date(Date.now() + 5_000) }).where(eq(approval.id, id)));
    await decideApproval(await t.as("supervisor"), { id, digest, decision: "approved", reason: "" });
    const [row] = await inside(t, (tx) => tx.select().from(approval).where(eq(approval.id, id)));
    expect(row?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 50 * 60_000);
  });
});

describe("a request that nobody decides", () => {
  it("ends in denial when its time is over, and not before", async () => {
    const { t, id } = await waiting();
    const clock = systemCtx("approvals", t.organizationId);
    expect(await expireApprovals(clock)).toBe(0);
    await expireNow(t, id);
    expect(await expireApprovals(clock)).toBe(1);
    expect(await expireApprovals(clock)).toBe(0);
    expect(await stateOf(t, id)).toEqual(["expired", "expired", "cancelled", "expired", 0]);
    expect((await eventsOf(t, "approvals.expired")).map((event) => event.resourceId)).toEqual([id]);
    expect((await sentOf(t, "approval/decided")).map((row) => row.data.approvalId)).toEqual([id]);
  });

  it("is ended by the clock only", async () => {
    const { t } = await waiting();
    await expect(expireApprovals(await t.as("viewer"))).rejects.toMatchObject({ code: "forbidden" });
  });

  it("can be withdrawn by the agent's owner, once", async () => {
    const { t, id } = await waiting();
    const owner = await t.owner();
    await cancelApproval(owner, { id });
    expect(await stateOf(t, id)).toEqual(["cancelled", "cancelled", "cancelled", "released", 0]);
    expect((await eventsOf(t, "approvals.cancelled")).map((event) => event.actorId)).toEqual([owner.actor.id]);
    await expect(cancelApproval(owner, { id })).rejects.toMatchObject({ code: "conflict" });
  });

  it("is not withdrawn by the agent's owner who only audits by now", async () => {
    const { t, id } = await waiting();
    const auditor = await t.as("auditor");
    await inside(t, (tx) => tx.update(approval).set({ requesterPersonId: auditor.actor.id }).where(eq(approval.id, id)));
    await inside(t, (tx) => tx.update(agent).set({ ownerId: auditor.actor.id }).where(eq(agent.id, t.agentId)));
    expect((await loadApproval(auditor, { id })).isMine).toBe(false);
    await expect(cancelApproval(auditor, { id })).rejects.toMatchObject({ code: "forbidden" });
    expect((await stateOf(t, id))[0]).toBe("pending");
  });

  it("is not withdrawn by somebody who may not", async () => {
    const { t, id } = await waiting();
    await expect(cancelApproval(await t.as("supervisor"), { id })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("twenty at once", () => {
  it("give one outcome and one event, whoever they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom("approve", "reject", "expire", "cancel"), { minLength: 20, maxLength: 20 }), fc.constantFrom("in time", "late", "in between"), async (moves, when) => {
        const { t, id, digest } = await waiting();
        const supervisors = await Promise.all([0, 1, 2].map(() => t.as("supervisor")));
        const owner = await t.owner();
        const clock = systemCtx("approvals", t.organizationId);
        // In between, its time is over while they decide.
        if (when !== "in time") await inside(t, (tx) => tx.update(approval).set({ expiresAt: new Date(Date.now() + (when === "late" ? -1000 : 15)) }).where(eq(approval.id, id)));
        const attempts = moves.map(async (move, i): Promise<string | null> => {
          const by = supervisors[i % supervisors.length] as PersonCtx;
          if (move === "expire") return (await expireApprovals(clock)) === 1 ? "expired" : null;
          if (move === "cancel") return cancelApproval(owner, { id }).then(() => "cancelled");
          const decision = move === "approve" ? "approved" : "rejected";
          return decideApproval(by, { id, digest, decision, reason: "because" }).then(() => decision);
        });
        const results = await Promise.allSettled(attempts);
        for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
        const winners = results.flatMap((result) => (result.status === "fulfilled" && result.value ? [result.value] : []));
        const [status, actionStatus, , held, reserved] = await stateOf(t, id);
        const events = await inside(t, (tx) => tx.select().from(auditEvent).where(and(eq(auditEvent.resourceType, "approval"), eq(auditEvent.resourceId, id))));
        if (winners.length === 0) {
          expect([status, actionStatus, held, reserved, events.length]).toEqual(["pending", "pending_approval", "held", 600_000, 0]);
          return;
        }
        expect(winners).toHaveLength(1);
        expect(events).toHaveLength(1);
        expect(status).toBe(winners[0]);
        expect(reserved).toBe(status === "approved" ? 600_000 : 0);
        expect(await sentOf(t, "approval/decided")).toHaveLength(1);
      }),
      { numRuns: 15 },
    );
  });
});

/** The same person with the same role, on a workspace that is not this one. */
function abilityElsewhere(elsewhere: Tenant, supervisor: PersonCtx): PersonCtx["ability"] {
  return abilityOfPerson(supervisor.actor.roles.map((held) => ({ role: held.role, workspaceId: elsewhere.workspaceId })));
}
