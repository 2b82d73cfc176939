import { beforeAll, describe, expect, it } from "vitest";
import { acceptNarrowing } from "@/lib/actions/answer-narrowing";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { decideApproval } from "@/lib/approvals/decide";
import { narrowApproval, NarrowApprovalInput } from "@/lib/approvals/narrow";
import { auditKey } from "@/lib/audit/keys";
import { useAuditKey } from "@/lib/audit/testing";
import { setBudget, SetBudgetInput } from "@/lib/budgets/set";
import { requestRaise } from "@/lib/budgets/request-raise";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { getLeaseRequest } from "@/lib/leases/get-request";
import { requestLease, RequestLeaseInput } from "@/lib/leases/request";
import { revokeLease } from "@/lib/leases/revoke";
import { useLeaseKey } from "@/lib/leases/testing";
import { givePassword, provePassword } from "@/lib/mfa/testing";
import { approvedChild, childOf } from "@/lib/spawn/testing";
import { grantStanding } from "@/lib/standing/grant";
import { revokeStanding } from "@/lib/standing/revoke";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { type ProofBundle, signBundle } from "./bundle";
import { exportProof } from "./export";
import { stateOf } from "./link";
import { verifyBundle } from "./verify-bundle";

useTestDatabase();
useAuditKey();
useLeaseKey();

type T = Awaited<ReturnType<typeof tenant>>;
type Change = [what: string, change: (bundle: ProofBundle) => void, found: RegExp];

async function exported(t: T, id: string): Promise<ProofBundle> {
  const { text } = await exportProof(await t.as("auditor"), { id });
  return (JSON.parse(text) as { bundle: ProofBundle }).bundle;
}

/** What is wrong with a bundle although its signature is right: as if who signs had changed it. */
function report(bundle: ProofBundle) {
  const { result, links } = verifyBundle(signBundle(bundle, auditKey()), auditKey());
  return { result, states: links.map((link) => `${link.id} ${stateOf(link)}`), wrong: links.flatMap(({ title, findings }) => findings.filter(({ ok }) => ok === false).map(({ what }) => `${title}: ${what}`)).join("\n"), links };
}

function expectLocated(bundle: ProofBundle, changes: readonly Change[]): void {
  for (const [what, change, found] of changes) {
    const changed = structuredClone(bundle);
    change(changed);
    expect([what, changed]).not.toEqual([what, bundle]);
    const { result, wrong } = report(changed);
    expect([what, result]).toEqual([what, "broken"]);
    expect(wrong, what).toMatch(found);
  }
}

/** Changes what an event of this name says. */
const says = (action: string, from: string | RegExp, to: string) => (bundle: ProofBundle) => {
  for (const event of bundle.events) if (event.body.includes(`"action":"${action}"`)) event.body = event.body.replace(from, to);
};
const without = (action: string) => (bundle: ProofBundle) => Object.assign(bundle, { events: bundle.events.filter(({ body }) => !body.includes(`"action":"${action}"`)) });
const part = (name: string, value: unknown) => (bundle: ProofBundle) => Object.assign(bundle.digest?.parts ?? {}, { [name]: value });

const idOf = (event: Record<string, unknown> | undefined) => String((event?.resource as { id?: string } | undefined)?.id);
const digestIn = (event: Record<string, unknown> | undefined) => String((event?.details as { digest?: string } | undefined)?.digest);

async function mail(t: T, args: Record<string, unknown> = { to: "ann@example.com", text: "Report" }, more: Record<string, unknown> = {}) {
  return (await submitAction(t.agent, SubmitActionInput.parse({ tool: "mail.send", arguments: args, estimatedCostMicros: 1_000, ...more }), newId())).action;
}

describe("the bundle of a request for money", () => {
  it("has what the digest is of, and what the yes did", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const { id: budgetId } = await setBudget(admin, SetBudgetInput.parse({ scopeType: "agent", scopeId: t.agentId, period: "month", timeZone: "UTC", capMicros: 1_000_000, hard: true, thresholds: [80] }));
    const { approvalId } = await requestRaise(t.agent, { budgetId, amountMicros: 500_000, reason: "Quarter end" });
    const [asked] = await eventBodies(t.organizationId, "approvals.requested");
    await decideApproval(admin, { id: approvalId, decision: "approved", reason: "Once", digest: digestIn(asked) });
    const bundle = await exported(t, approvalId);
    expect(report(bundle)).toMatchObject({ result: "proven", wrong: "", states: ["request ok", "decision ok", "effect ok", "record ok"] });
    expectLocated(bundle, [
      ["the amount", part("amountMicros", 900_000), /Request: The digest was computed again[\s\S]*Budget raised: It is the budget/],
      ["the reason", part("reason", "Because"), /Request: The digest was computed again/],
      ["the window", part("windowId", newId()), /Budget raised: It is the budget/],
      ["what it was raised by", says("budgets.raised", '"raisedMicros":500000', '"raisedMicros":700000'), /Budget raised: It is the budget/],
      ["the raise, left out", without("budgets.raised"), /Budget raised: The event of what the yes did/],
      ["who decided", says("approvals.decided", /"actor":\{"id":"[^"]+"/, `"actor":{"id":"${t.ownerId}"`), /neither their own request/],
    ]);
  });
});

describe("the bundle of a request for a child agent", () => {
  it("has everything the child is to have, the policies of its parent, and the child that was made", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    await publishDocument(admin, { kind: "egress", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, content: { allow: ["api.example.com"], deny: [] }, note: "" });
    await approvedChild(t.agent, admin, childOf("Reader"));
    const [asked] = await eventBodies(t.organizationId, "approvals.requested");
    const bundle = await exported(t, idOf(asked));
    expect(report(bundle)).toMatchObject({ result: "proven", wrong: "", states: ["request ok", "policies ok", "decision ok", "effect ok", "record ok"] });
    expectLocated(bundle, [
      ["its money", part("budgetMicros", 9), /Request: The digest was computed again/],
      ["its tools", part("policy", { level: "trusted" }), /Request: The digest[\s\S]*Child agent: It has the policy/],
      ["the child's policy", says("agents.created", '"level":"standard"', '"level":"trusted"'), /Child agent: It has the policy/],
      ["the child's parent", says("agents.created", t.agentId, newId()), /Child agent: It is the child/],
      ["a policy's text", ({ policies }) => Object.assign(policies?.find(({ kind }) => kind === "egress") ?? {}, { text: '{"allow":["evil.test"],"deny":[]}' }), /Policies in force: The text of the organization's network rules, version 1/],
      ["a policy, left out", ({ policies }) => policies?.splice(0), /Policies in force: Each of them is in the bundle/],
    ]);
  });
});

describe("the bundle of a request for a lease", () => {
  it("has the lease, each use until the export with its event, and its end", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const { id } = await requestLease(t.agent, RequestLeaseInput.parse({ tools: ["mail.send"], maxUses: 3, costEachMicros: 2_000, costTotalMicros: 6_000, lifeSeconds: 600, reason: "Month end" }));
    const [asked] = await eventBodies(t.organizationId, "approvals.requested");
    await decideApproval(admin, { id, decision: "approved", digest: digestIn(asked) });
    const issued = (await getLeaseRequest(t.agent, { id })).lease;
    for (const to of ["a@x.test", "b@x.test"]) expect((await mail(t, { to }, { lease: issued?.token })).status).toBe("allowed");
    expect(report(await exported(t, id))).toMatchObject({ result: "proven", wrong: "", states: ["request ok", "decision ok", "effect ok", "uses ok", "record ok"] });
    await revokeLease(admin, { id: issued?.id ?? "", reason: "Enough of it" });
    const bundle = await exported(t, id);
    expect(report(bundle)).toMatchObject({ result: "proven", wrong: "" });
    expect(report(bundle).links.find((link) => link.id === "uses")?.says).toMatch(/Used 2 of 3 times[\s\S]*revoked by/);
    const isUse = (event: ProofBundle["events"][number]) => event.body.includes('"leases.used"');
    expectLocated(bundle, [
      ["a use, left out", (changed) => changed.events.splice(changed.events.findIndex(isUse), 1), /Uses of the lease: The uses are counted/],
      ["a use, twice", (changed) => changed.events.splice(changed.events.findIndex(isUse), 0, ...changed.events.filter(isUse).slice(0, 1)), /Uses of the lease: The uses are counted/],
      ["its cost", says("leases.used", '"costMicros":1000', '"costMicros":3000'), /Uses of the lease: Each cost/],
      ["its agent", says("leases.used", `"agentId":"${t.agentId}"`, `"agentId":"${newId()}"`), /Uses of the lease: Each is of this agent/],
      ["a use after the revocation", (changed) => changed.events.push({ ...(changed.events.find(isUse) ?? { prev: "", leaf: "", chain: "", body: "", path: null }), seq: 9_999 }), /Uses of the lease: None came after it was revoked/],
      ["what it is for", says("leases.issued", '"maxUses":3', '"maxUses":30'), /Lease: It is for exactly what was asked/],
      ["what was asked", (changed) => Object.assign(changed.digest?.parts.scope as object, { maxUses: 30 }), /Request: The digest was computed again[\s\S]*Lease: It is for exactly/],
    ]);
  });
});

describe("the bundle of a request that was narrowed", () => {
  it("has both digests with what they are of, the offer and the agent's own answer", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const made = await mail(t, { to: ["a@x.test", "b@x.test"], text: "Hi" });
    const id = made.approvalId ?? "";
    const offer = await narrowApproval(supervisor, NarrowApprovalInput.parse({ id, digest: made.digest, reason: "One is enough", amountMicros: 500, changes: [{ path: ["to"], value: ["a@x.test"] }] }));
    await acceptNarrowing(t.agent, { id: made.id, digest: offer.digest });
    await takeGrant(t.agent, { id: made.id });
    const bundle = await exported(t, id);
    expect(report(bundle)).toMatchObject({ wrong: "", states: ["request ok", "policies ok", "narrowing ok", "decision ok", "grant ok", "outcome open", "record ok"] });
    expectLocated(bundle, [
      ["the original arguments", ({ digest }) => Object.assign(digest?.original ?? {}, { text: '{"text":"Hi","to":["c@x.test"]}' }), /to approve less: The digest under which it was asked/],
      ["the original arguments, left out", ({ digest }) => void (digest && delete digest.original), /to approve less: The digest under which it was asked/],
      ["the limit", ({ digest }) => Object.assign(digest?.parts.limits as object, { amountMicros: 999 }), /Request: The digest[\s\S]*to approve less: The accepted digest/],
      ["who accepted", says("approvals.narrowing_accepted", t.agentId, newId()), /to approve less: The agent that asked accepted it/],
      ["the acceptance, left out", without("approvals.narrowing_accepted"), /Request: The event's digest leads to/],
      ["what was offered", says("approvals.narrowed", offer.digest, "0".repeat(64)), /to approve less: The answer came after/],
      ["a larger amount", says("approvals.narrowed", '"amountMicros":500,', '"amountMicros":5000,'), /to approve less: The amount did not grow/],
    ]);
  });
});

describe("the bundle of a request that several people must agree on", () => {
  let t: T;
  let boss: PersonCtx;
  const stage = (name: string, count: number, people: Record<string, string>) => ({ name, anyOf: [{ count, people: [people] }], rejections: 1 });
  beforeAll(async () => {
    t = await tenant();
    boss = await t.as("organization_admin");
    const answer = { kind: "ask", reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: false, breakGlass: [boss.actor.id], ownerMayDecide: false };
    const match = { kinds: null, tools: null, riskAtLeast: null, costAtLeastMicros: null, workspaceIds: null, agentIds: null };
    await t.as("supervisor");
    await t.as("supervisor");
    const content = { rules: [{ id: "two-eyes", name: "Mail", match, answer: { ...answer, stages: [stage("Team", 1, { kind: "role", role: "supervisor" }), stage("Boss", 1, { kind: "person", personId: boss.actor.id })] } }] };
    await publishDocument(boss, { kind: "approvals", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, content, note: "" });
  });

  it("has the text of the policy that says so, and each stage with its people", async () => {
    const made = await mail(t);
    const id = made.approvalId ?? "";
    for (const who of [await t.as("supervisor"), boss]) await decideApproval(who, { id, decision: "approved", digest: made.digest });
    const bundle = await exported(t, id);
    expect(report(bundle)).toMatchObject({ wrong: "", states: ["request ok", "policies ok", "decision ok", "decision ok", "stages ok", "grant open", "outcome open", "record ok"] });
    const first = bundle.events.find(({ body }) => body.includes('"approvals.decided"'));
    expectLocated(bundle, [
      ["the policy's text", ({ policies }) => Object.assign(policies?.find(({ kind }) => kind === "approvals") ?? {}, { text: '{"rules":[]}' }), /Policies in force: The text of the organization's approval policy, version 1[\s\S]*Stage 1, “Team”, is what rule two-eyes says/],
      ["who must agree", ({ plan }) => Object.assign(plan?.stages[1]?.anyOf[0] ?? {}, { count: 0 }), /Policies in force: Stage 2, “Boss”, is what rule/],
      ["a stage, left out", ({ plan }) => plan?.stages.splice(0, 1), /It counts in the stage/],
      ["a decision, left out", (changed) => changed.events.splice(changed.events.findIndex(({ seq }) => seq === first?.seq), 1), /Stages: “Team”: 0 of 1/],
      ["whose decision it was", says("approvals.decided", boss.actor.id, newId()), /Stages: “Boss”: 0 of 1/],
      ["the roles of who decided", says("approvals.decided", '"roles":["supervisor"]', '"roles":["viewer"]'), /Stages: “Team”: 0 of 1/],
      ["the version of the policy", says("approvals.decided", '"version":1', '"version":2'), /It counts in the stage/],
      ["the policy that was published", says("policies.published", /"hash":"[0-9a-f]{64}"/, `"hash":"${"0".repeat(64)}"`), /Policies in force: It was published by [^:]*: the organization's approval policy, version 1/],
    ]);
  });

  it("has the reason of who broke the glass, and that they were named for it", async () => {
    const made = await mail(t);
    const id = made.approvalId ?? "";
    await givePassword(boss);
    await provePassword(boss, "approvals.decide", `${id} approved ${made.digest}`);
    await decideApproval(boss, { id, decision: "approved", reason: "The plant is on fire", breakGlass: true, digest: made.digest });
    const bundle = await exported(t, id);
    expect(report(bundle)).toMatchObject({ wrong: "", states: ["request ok", "policies ok", "decision ok", "stages ok", "grant open", "outcome open", "record ok"] });
    expectLocated(bundle, [
      ["the reason", says("approvals.glass_broken", "on fire", "fine"), /Decision of organization admin: They gave a reason/],
      ["the loud event, left out", without("approvals.glass_broken"), /They gave a reason/],
      ["the names", ({ plan }) => plan?.stages[0]?.breakGlass.splice(0), /They are among those whom the policy lets[\s\S]*Stages: “Boss”: 0 of 1/],
      ["that it was broken", says("approvals.decided", '"breakGlass":true', '"breakGlass":false'), /An event says that they broke the glass/],
    ]);
  });
});

describe("the bundle of a request that a standing approval was granted from", () => {
  it("has which one, who granted it with what proof, and each action that it let go on", async () => {
    const t = await tenant();
    const supervisor = await t.as("supervisor");
    const made = await mail(t);
    const id = made.approvalId ?? "";
    await givePassword(supervisor);
    await provePassword(supervisor, "standing.grant", id);
    const { id: standingId } = await grantStanding(supervisor, {
      id, digest: made.digest, reason: "The same every day", arguments: { to: { glob: "*@example.com" }, text: { same: true } }, resource: null, days: 7, usesMost: 3, costEachMicros: 1_000, costTotalMicros: 5_000,
    });
    await decideApproval(supervisor, { id, decision: "approved", digest: made.digest });
    for (const to of ["bob@example.com", "eve@example.com"]) expect((await mail(t, { to, text: "Report" })).status).toBe("allowed");
    await revokeStanding(supervisor, { id: standingId, reason: "Enough" });
    const bundle = await exported(t, id);
    expect(report(bundle)).toMatchObject({ wrong: "", states: ["request ok", "policies ok", "decision ok", "grant open", "outcome open", "standing ok", "record ok"] });
    expect(report(bundle).links.find((link) => link.id === "standing")).toMatchObject({ title: `Standing approval ${standingId}`, says: expect.stringMatching(/Used 2 of 3 times[\s\S]*revoked it/) });
    const isUse = (event: ProofBundle["events"][number]) => event.body.includes(`"standingId":"${standingId}"`);
    const uses = bundle.events.filter(isUse);
    expectLocated(bundle, [
      ["what was shown", says("standing.granted", made.digest, "0".repeat(64)), /Standing approval [\s\S]*who saw what this request has the digest of/],
      ["who granted it", says("standing.granted", supervisor.actor.id, newId()), /Standing approval [\s\S]*names it, this request and who granted it/],
      ["the risk of a use", says("actions.decided", '"risk":"HIGH"', '"risk":"CRITICAL"'), /none is CRITICAL/],
      ["the version of a use", says("actions.decided", '"policyVersion":1,"reserved', '"policyVersion":2,"reserved'), /policy version, not riskier/],
      ["more uses than it allows", (changed) => changed.events.push(...[1, 2, 3].flatMap(() => uses)), /used at most 3 times/],
      ["a use after the end", (changed) => changed.events.push(...uses.slice(0, 1).map((event) => ({ ...event, seq: 9_999 }))), /None came after it was revoked/],
    ]);
  });
});
