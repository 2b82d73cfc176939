import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { action, approval } from "@/db/schema/action";
import { agent, agentPolicy } from "@/db/schema/agent";
import { budget, budgetWindow, reservation } from "@/db/schema/budget";
import { roleGrant } from "@/db/schema/people";
import { delegation } from "@/db/schema/presence";
import { run } from "@/db/schema/run";
import { auditEvent } from "@/db/stream/audit";
import { inTenant, type Tx } from "@/db/tenant";
import { acceptNarrowing, declineNarrowing } from "@/lib/actions/answer-narrowing";
import { cancelAction } from "@/lib/actions/cancel";
import { getAction } from "@/lib/actions/get";
import { getNarrowing } from "@/lib/actions/get-narrowing";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { lift, place } from "@/lib/locks/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { decideApproval } from "./decide";
import { expireApprovals } from "./expire";
import { loadApproval } from "./load";
import { maskMark } from "./mask";
import { narrowApproval, NarrowApprovalInput } from "./narrow";
import { withdrawNarrowing } from "./withdraw-narrowing";

useTestDatabase();

/** A letter to two people that waits, and who may decide it. */
async function letter(changes: Partial<SubmitActionInput> = {}) {
  const t = await tenant();
  const inside = <T>(work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
  await inside((tx) =>
    tx.insert(budget).values({
      id: newId(), organizationId: t.organizationId, scopeType: "project", scopeId: t.projectId, workspaceId: t.workspaceId,
      period: "month", timeZone: "UTC", capMicros: 10_000_000, hard: true, thresholds: [80],
    }),
  );
  const input = SubmitActionInput.parse({ tool: "mail.send", arguments: { to: ["a@x.test", "b@x.test"], token: "hush-hush-hush", text: "Hi" }, estimatedCostMicros: 600_000, ...changes });
  const { action: made } = await submitAction(t.agent, input, newId());
  const supervisor = await t.as("supervisor");
  const id = made.approvalId ?? "";
  const narrow = (more: Partial<NarrowApprovalInput>, ctx = supervisor) => narrowApproval(ctx, NarrowApprovalInput.parse({ id, digest: made.digest, reason: "Less will do", ...more }));
  const accept = (digest: string, ctx = t.agent) => acceptNarrowing(ctx, { id: made.id, digest });
  const stored = async () => (await inside((tx) => tx.select().from(action).where(eq(action.id, made.id))))[0];
  const asked = async () => (await inside((tx) => tx.select().from(approval).where(eq(approval.id, id))))[0];
  const held = async () => {
    const [[kept], [window]] = await inside(async (tx) => [await tx.select().from(reservation), await tx.select().from(budgetWindow)] as const);
    return [kept?.amountMicros, window?.reservedMicros];
  };
  const bodies = async (name: string) => (await inside((tx) => tx.select().from(auditEvent).where(eq(auditEvent.action, name)))).map((event) => JSON.parse(event.body));
  return { t, inside, made, supervisor, id, narrow, accept, stored, asked, held, bodies };
}

const onlyA = [{ path: ["to"], value: ["a@x.test"] }];

describe("a narrower yes", () => {
  it("is offered under a digest of its own, accepted by it, and is then exactly what may be done, once", async () => {
    const l = await letter();
    const { digest } = await l.narrow({ changes: onlyA, amountMicros: 200_000, seconds: 600 });
    expect(digest).not.toBe(l.made.digest);
    const seen = await getAction(l.t.agent, { id: l.made.id });
    expect(seen).toMatchObject({ status: "pending_approval", digest: l.made.digest, narrowing: { digest, amountMicros: 200_000, seconds: 600, argumentsChanged: true, reason: "Less will do" } });
    expect(await getNarrowing(l.t.agent, { id: l.made.id })).toMatchObject({ digest, digestBefore: l.made.digest, arguments: { to: ["a@x.test"], token: "hush-hush-hush", text: "Hi" } });

    expect(await l.accept(digest)).toMatchObject({ status: "allowed", digest, narrowing: null, decisionReason: "Less will do", estimatedCostMicros: 200_000 });
    expect(await l.accept(digest)).toMatchObject({ status: "allowed", digest });
    expect(await l.held()).toEqual([200_000, 200_000]);
    expect((await l.stored())?.grantExpiresAt?.getTime()).toBeLessThan(Date.now() + 601_000);
    expect(await takeGrant(l.t.agent, { id: l.made.id })).toMatchObject({ status: "running", digest });
    await expect(takeGrant(l.t.agent, { id: l.made.id })).rejects.toMatchObject({ code: "conflict" });

    const [[offered], [accepted], [decided]] = [await l.bodies("approvals.narrowed"), await l.bodies("approvals.narrowing_accepted"), await l.bodies("approvals.decided")];
    expect(offered).toMatchObject({ actor: { id: l.supervisor.actor.id }, details: { before: { digest: l.made.digest }, after: { digest, arguments: ["/to"], amountMicros: 200_000, seconds: 600 } } });
    expect(accepted).toMatchObject({ actor: { id: l.t.agentId }, details: { digestBefore: l.made.digest, digest } });
    expect(decided).toMatchObject({ actor: { id: l.supervisor.actor.id }, details: { decision: "approved", digest }, approval: { by: l.supervisor.actor.id } });
    expect(JSON.stringify([offered, accepted, decided])).not.toContain("hush");
  });

  it("shortens a run, and sets aside what the shorter time may cost", async () => {
    const l = await letter({ tool: "sandbox.python", arguments: { code: "print(1)", timeoutSeconds: 60 }, estimatedCostMicros: 2_000_000 });
    const [before] = await l.inside((tx) => tx.select().from(run));
    const { digest } = await l.narrow({ seconds: 5, changes: [{ path: ["code"], value: "print(2)" }] });
    await l.accept(digest);
    const [after] = await l.inside((tx) => tx.select().from(run));
    expect([before?.wallTimeLimitMs, after?.wallTimeLimitMs]).toEqual([60_000, 5_000]);
    expect((await l.stored())?.arguments).toContain("print(2)");
    expect((await l.held())[0]).toBe(Math.min(2_000_000, 5 * (after?.secondMicros ?? 0)));
    await expect(l.narrow({ seconds: 4 })).rejects.toMatchObject({ code: "conflict" });
  });

  it("is declined with a reason, and the request waits again as it was asked", async () => {
    const l = await letter();
    const { digest } = await l.narrow({ changes: onlyA });
    await expect(decideApproval(await l.t.as("supervisor"), { id: l.id, digest: l.made.digest, decision: "approved", reason: "" })).rejects.toMatchObject({ code: "conflict" });
    expect(await declineNarrowing(l.t.agent, { id: l.made.id, digest, reason: "Both need it" })).toMatchObject({ status: "pending_approval", digest: l.made.digest, narrowing: null });
    expect((await loadApproval(l.supervisor, { id: l.id })).narrowings).toMatchObject([{ status: "declined", answer: "Both need it" }]);
    await decideApproval(l.supervisor, { id: l.id, digest: l.made.digest, decision: "approved", reason: "" });
    await expect(l.accept(digest)).rejects.toMatchObject({ code: "conflict" });
    expect((await l.stored())?.digest.toString("hex")).toBe(l.made.digest);
  });

  it("is taken back before the answer, and cannot be accepted then", async () => {
    const l = await letter();
    const { digest } = await l.narrow({ changes: onlyA });
    await withdrawNarrowing(l.supervisor, { id: l.id });
    await expect(l.accept(digest)).rejects.toMatchObject({ code: "conflict" });
    await expect(withdrawNarrowing(l.supervisor, { id: l.id })).rejects.toMatchObject({ code: "conflict" });
    expect((await l.narrow({ amountMicros: 1 })).digest).not.toBe(digest);
  });
});

describe("a narrower yes that is not one", () => {
  it.each<[string, Partial<NarrowApprovalInput>, string]>([
    ["more money", { amountMicros: 600_001 }, "smaller"],
    ["more time", { seconds: 3_601 }, "shorter"],
    ["another place than there is", { changes: [{ path: ["none", "there"], value: 1 }] }, "not there"],
    ["the mark of what is hidden", { changes: [{ path: ["token"], value: maskMark }] }, "hidden"],
    ["a prototype", { changes: [{ path: ["__proto__", "x"], value: 1 }] }, "not there"],
    ["another request than was shown", { amountMicros: 1, digest: "0".repeat(64) }, "not the one that you were shown"],
  ])("is refused with %s", async (_what, input, message) => {
    const l = await letter();
    await expect(l.narrow(input)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(message) });
    expect((await l.asked())?.narrowingId).toBeNull();
  });

  it("is refused when nothing is changed", async () => {
    const l = await letter();
    await expect(l.narrow({ amountMicros: 600_000, changes: [{ path: ["text"], value: "Hi" }] })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("is refused where the changed arguments would be riskier, or the program is none", async () => {
    const l = await letter({ tool: "sandbox.python", arguments: { code: "print(1)" }, estimatedCostMicros: 2_000_000 });
    await expect(l.narrow({ changes: [{ path: ["unknown"], value: 1 }] })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(l.narrow({ changes: [{ path: ["code"] }] })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("is not the agent's owner's to offer, nor somebody's who may not decide, nor another tenant's", async () => {
    const [l, other] = [await letter(), await tenant()];
    await expect(l.narrow({ amountMicros: 1 }, await l.t.owner())).rejects.toMatchObject({ code: "forbidden" });
    await expect(l.narrow({ amountMicros: 1 }, await l.t.as("auditor"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(l.narrow({ amountMicros: 1 }, await other.as("supervisor"))).rejects.toMatchObject({ code: "not_found" });
  });

  it("is refused by the policy that would refuse it when submitted", async () => {
    const l = await letter();
    const { digest } = await l.narrow({ changes: onlyA });
    // The request says that it was asked under this policy, so that nothing but the policy itself is in the way.
    await l.inside(async (tx) => {
      const [first] = await tx.select().from(agentPolicy);
      if (first) await tx.insert(agentPolicy).values({ ...first, version: 2, tools: [{ tool: "mail.send", mode: "blocked", costCeilingMicros: null }] });
      await tx.update(agent).set({ policyVersion: 2 });
      await tx.update(approval).set({ policyVersion: 2 });
    });
    await expect(l.accept(digest)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("policy refuses it") });
    expect((await l.asked())?.status).toBe("pending");
    await withdrawNarrowing(l.supervisor, { id: l.id });
    await expect(l.narrow({ amountMicros: 1 })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("accepting", () => {
  let l: Awaited<ReturnType<typeof letter>>;
  let digest = "";
  beforeAll(async () => {
    l = await letter();
    digest = (await l.narrow({ changes: onlyA })).digest;
  });

  it("is of what was offered and nothing else", async () => {
    for (const other of [l.made.digest, "f".repeat(64)]) await expect(l.accept(other)).rejects.toMatchObject({ code: "conflict" });
  });

  it("is the asking agent's alone", async () => {
    const stranger = await tenant();
    await expect(l.accept(digest, stranger.agent)).rejects.toMatchObject({ code: "not_found" });
    const neighbour = { ...l.t.agent, actor: { ...l.t.agent.actor, id: newId() } };
    await expect(l.accept(digest, neighbour)).rejects.toMatchObject({ code: expect.stringMatching("not_found|forbidden") });
  });

  it("comes to nothing once the policy changed, who offered it may not decide any more, or owns the agent", async () => {
    const back = async (change: (tx: Tx) => Promise<unknown>, undo: (tx: Tx) => Promise<unknown>) => {
      await l.inside(change);
      await expect(l.accept(digest)).rejects.toMatchObject({ code: "conflict" });
      await l.inside(undo);
    };
    const { actor } = l.supervisor;
    await back((tx) => tx.update(roleGrant).set({ role: "viewer" }).where(eq(roleGrant.personId, actor.id)), (tx) => tx.update(roleGrant).set({ role: "supervisor" }).where(eq(roleGrant.personId, actor.id)));
    await back((tx) => tx.update(agent).set({ ownerId: actor.id }), (tx) => tx.update(agent).set({ ownerId: l.t.ownerId }));
    await back((tx) => tx.update(approval).set({ policyVersion: 9 }), (tx) => tx.update(approval).set({ policyVersion: 1 }));
    expect(await l.accept(digest)).toMatchObject({ status: "allowed" });
  });

  it("waits while the tool or the request is locked, and comes to nothing once the part by which it was offered was taken back", async () => {
    const own = await letter();
    const admin = await own.t.as("organization_admin");
    const offer = await own.narrow({ amountMicros: 1 });
    for (const [kind, target] of [["tool", "mail.*"], ["approval", own.id]] as const) {
      const placed = await place(admin, kind, target);
      await expect(own.accept(offer.digest)).rejects.toMatchObject({ code: "locked" });
      expect((await own.asked())?.status).toBe("pending");
      await lift(admin, placed);
    }
    await withdrawNarrowing(own.supervisor, { id: own.id });

    const giver = await own.t.as("supervisor");
    const asking = { name: "Yes", source: null, anyOf: [{ count: 1, people: [{ kind: "person" as const, personId: giver.actor.id }] }], rejections: 1, reasonPattern: null, delegation: true, breakGlass: [], escalations: [] };
    const given = { id: newId(), organizationId: own.t.organizationId, fromPersonId: giver.actor.id, toPersonId: own.supervisor.actor.id, startsAt: new Date(Date.now() - 1_000), endsAt: new Date(Date.now() + 3_600_000), reason: "Away", createdBy: giver.actor.id };
    await own.inside(async (tx) => {
      await tx.update(approval).set({ plan: { format: 1, stages: [asking], expiresAfterSeconds: null, ownerMayDecide: false } });
      await tx.insert(delegation).values(given);
    });
    const second = await own.narrow({ amountMicros: 2 });
    await own.inside((tx) => tx.update(delegation).set({ endedAt: new Date(), endedBy: giver.actor.id }));
    await expect(own.accept(second.digest)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("may not decide") });
  });

  it("is no more once the request has expired", async () => {
    const late = await letter();
    const offer = await late.narrow({ amountMicros: 1 });
    await late.inside((tx) => tx.update(approval).set({ expiresAt: new Date(Date.now() - 1_000) }));
    await expect(late.accept(offer.digest)).rejects.toMatchObject({ code: "conflict" });
  });

  it("races with expiry, withdrawal and cancelling, and one of them wins whole", async () => {
    for (const end of ["expire", "withdraw", "cancel"] as const) {
      const race = await letter();
      const offer = await race.narrow({ changes: onlyA, amountMicros: 100 });
      if (end === "expire") await race.inside((tx) => tx.update(approval).set({ expiresAt: new Date(Date.now() + 50) }));
      const ends = {
        expire: () => expireApprovals(systemCtx("approvals", race.t.organizationId)),
        withdraw: () => withdrawNarrowing(race.supervisor, { id: race.id }),
        cancel: () => cancelAction(race.t.agent, { id: race.made.id }),
      };
      await Promise.allSettled([race.accept(offer.digest), ends[end](), race.accept(offer.digest)]);
      const [asked, stored] = [await race.asked(), await race.stored()];
      const accepted = asked?.status === "approved";
      expect(stored?.digest.toString("hex"), end).toBe(accepted ? offer.digest : race.made.digest);
      expect(asked?.digest.equals(stored?.digest ?? Buffer.alloc(0)), end).toBe(true);
      if (accepted) expect(["allowed", "cancelled"]).toContain(stored?.status);
      else expect(["pending_approval", "expired", "cancelled"]).toContain(stored?.status);
      const amounts = await race.held();
      expect(amounts[1], end).toBe(stored?.status === "allowed" ? 100 : stored?.status === "pending_approval" ? 600_000 : 0);
    }
  });
});
