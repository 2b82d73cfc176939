import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ApprovalRule, ApprovalsContent } from "./content";
import { type ApprovalFacts, type ApprovalLayer, approvalPlan, askedUnder, escalationTimes } from "./plan";
import { matchesEverything, riskOrder } from "./terms";

const place = "00000000-0000-7000-8000-000000000001";
const elsewhere = "00000000-0000-7000-8000-000000000002";

const facts: ApprovalFacts = { kind: "action", tool: "payments.send", risk: "HIGH", costMicros: 5_000_000, workspaceId: place, agentId: place };
const ask = (name: string, changes: Partial<Extract<ApprovalRule["answer"], { kind: "ask" }>> = {}): ApprovalRule["answer"] => ({
  kind: "ask", stages: [{ name, anyOf: [{ count: 1, people: [{ kind: "decider" }] }], rejections: 1 }],
  reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: false, breakGlass: [], ownerMayDecide: false, ...changes,
});
const deny: ApprovalRule["answer"] = { kind: "deny", message: "Never." };
const allow = (costAtMostMicros = 9_000_000): ApprovalRule["answer"] => ({ kind: "allow", costAtMostMicros });
const rule = (id: string, answer: ApprovalRule["answer"], match: Partial<ApprovalRule["match"]> = {}): ApprovalRule => ({ id, name: `Rule ${id}`, match: { ...matchesEverything, ...match }, answer });
const layer = (scopeType: ApprovalLayer["scopeType"], ...rules: ApprovalRule[]): ApprovalLayer => ({ scopeType, scopeId: place, version: 3, content: ApprovalsContent.parse({ rules }) });
const stagesOf = (...layers: ApprovalLayer[]) => {
  const answer = approvalPlan(layers, facts);
  return answer.outcome === "ask" ? (answer.plan?.stages ?? []).map(({ name }) => name) : answer.outcome;
};

describe("an approval policy", () => {
  it("asks one person where no rule fits, and none where it cannot be read", () => {
    expect(approvalPlan([], facts)).toMatchObject({ outcome: "ask", plan: null });
    expect(approvalPlan([layer("organization", rule("a", deny, { workspaceIds: [elsewhere] }))], facts)).toMatchObject({ outcome: "ask", plan: null });
    expect(approvalPlan([{ ...layer("organization"), content: null }], facts)).toMatchObject({ outcome: "deny", rule: "approval_policy.unreadable" });
  });

  it("denies wherever a rule says so, in whatever order it stands", () => {
    const answer = approvalPlan([layer("organization", rule("first", ask("One")), rule("later", deny))], facts);
    expect(answer).toMatchObject({ outcome: "deny", rule: "approval_policy.later", message: "Never." });
    expect(stagesOf(layer("organization", rule("a", ask("One"))), layer("workspace", rule("b", deny)))).toBe("deny");
  });

  it("takes the first rule that fits of each layer, and asks one after the other", () => {
    const own = layer("organization", rule("small", ask("Small"), { riskAtLeast: "CRITICAL" }), rule("a", ask("Company")), rule("b", ask("Never reached")));
    expect(stagesOf(own)).toEqual(["Company"]);
    expect(stagesOf(own, layer("workspace", rule("c", ask("Team"))))).toEqual(["Company", "Team"]);
  });

  it("lets no lower layer allow what a higher one asks about", () => {
    const cheap: ApprovalFacts = { ...facts, risk: "LOW" };
    const asked = [layer("organization", rule("a", ask("Company"))), layer("workspace", rule("b", allow()))];
    expect(approvalPlan(asked, cheap)).toMatchObject({ outcome: "ask" });
    expect(approvalPlan([layer("organization", rule("a", allow())), layer("workspace", rule("b", ask("Team")))], cheap)).toMatchObject({ outcome: "ask" });
    expect(approvalPlan([layer("organization"), layer("workspace", rule("b", allow()))], cheap)).toMatchObject({ outcome: "allow", rule: "approval_policy.b" });
  });

  it("never allows what is HIGH or CRITICAL, or dearer than the rule says, without a person", () => {
    fc.assert(
      fc.property(fc.constantFrom(...riskOrder), fc.integer({ min: 0, max: 20_000_000 }), (risk, costMicros) => {
        const { outcome } = approvalPlan([layer("organization", rule("a", allow()))], { ...facts, risk, costMicros });
        expect(outcome === "allow").toBe((risk === "LOW" || risk === "MEDIUM") && costMicros <= 9_000_000);
      }),
    );
  });

  it("fits by every part of its condition, and by none that the request does not have", () => {
    const fitting: Partial<ApprovalRule["match"]>[] = [{ kinds: ["action"] }, { tools: ["mail.*", "payments.*"] }, { riskAtLeast: "HIGH" }, { costAtLeastMicros: 5_000_000 }, { workspaceIds: [place] }, { agentIds: [place] }];
    const others: Partial<ApprovalRule["match"]>[] = [{ kinds: ["budget"] }, { tools: ["payment"] }, { riskAtLeast: "CRITICAL" }, { costAtLeastMicros: 5_000_001 }, { workspaceIds: [elsewhere] }, { agentIds: [elsewhere] }];
    for (const match of fitting) expect(stagesOf(layer("organization", rule("a", deny, match)))).toBe("deny");
    for (const match of others) expect(stagesOf(layer("organization", rule("a", deny, match)))).toEqual([]);
    expect(approvalPlan([layer("organization", rule("a", deny, { tools: ["*"] }))], { ...facts, tool: null }).outcome).toBe("ask");
    expect(ApprovalsContent.safeParse({ rules: [rule("a", deny, { tools: [] })] }).success).toBe(false);
  });

  it("keeps the narrowest of what its layers say", () => {
    const company = layer("organization", rule("a", ask("Company", { expiresAfterMinutes: 60, ownerMayDecide: true, escalations: [{ afterMinutes: 30, people: [{ kind: "agent_manager" }] }] })));
    const team = layer("workspace", rule("b", ask("Team", { expiresAfterMinutes: 120, escalations: [{ afterMinutes: 10, people: [{ kind: "role", role: "supervisor" }] }] })));
    const answer = approvalPlan([company, team], facts);
    const plan = answer.outcome === "ask" ? answer.plan : null;
    expect(plan).toMatchObject({ expiresAfterSeconds: 3_600, ownerMayDecide: false });
    expect(plan?.stages[1]?.escalations[0]?.people).toEqual([{ kind: "role", role: "supervisor", heldBy: ["super_admin", "organization_admin", "supervisor"] }]);
    expect(escalationTimes(plan)).toEqual([600, 1_800]);
    const now = new Date("2026-01-01T00:00:00Z");
    expect(askedUnder(plan, now, 86_400)).toMatchObject({ expiresAt: new Date("2026-01-01T01:00:00Z"), escalatesAt: new Date("2026-01-01T00:10:00Z") });
    expect(askedUnder(null, now, 60)).toEqual({ plan: null, expiresAt: new Date("2026-01-01T00:01:00Z"), escalatesAt: null });
  });
});
