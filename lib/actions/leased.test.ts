import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { agent, apiKey } from "@/db/schema/agent";
import { person, roleGrant } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import type { ApprovalRule, PolicyAsk } from "@/lib/approval-policies/content";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { revokeLease } from "@/lib/leases/revoke";
import { grant, useLeaseKey } from "@/lib/leases/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { reportOutcome } from "./report-outcome";
import { SubmitActionInput } from "./schemas";
import { submitAction } from "./submit";
import { takeGrant } from "./take-grant";

useTestDatabase();
useLeaseKey();

type Tenant = Awaited<ReturnType<typeof tenant>>;

const asking = (anyOf: PolicyAsk["stages"][number]["anyOf"]): PolicyAsk => ({
  kind: "ask", stages: [{ name: "Yes", anyOf, rejections: 1 }], reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: false, breakGlass: [], ownerMayDecide: false,
});

/** One rule for whatever is asked, as the organization's. */
async function publishRule(t: Tenant, admin: PersonCtx, answer: ApprovalRule["answer"], expectedVersion = 0): Promise<void> {
  const match = { kinds: null, tools: null, riskAtLeast: null, costAtLeastMicros: null, workspaceIds: null, agentIds: null };
  await publishDocument(admin, { kind: "approvals", scopeType: "organization", scopeId: t.organizationId, expectedVersion, content: { rules: [{ id: "all", name: "All", match, answer }] }, note: "" });
}

async function asks(t: Tenant, lease: string | undefined, tool = "mail.send", args: Record<string, unknown> = { to: "a@example.test" }) {
  const input = SubmitActionInput.parse({ tool, arguments: args, estimatedCostMicros: 1, ...(lease ? { lease } : {}) });
  return submitAction(t.agent, input, newId()).then(
    ({ action }) => ({ outcome: action.decision.outcome, rule: action.decision.rule, id: action.id }),
    (error: { extensions: { rule: string } }) => ({ outcome: "deny", rule: error.extensions.rule, id: "" }),
  );
}

describe("an action with a lease", () => {
  it("passes where a person would be asked, as often as the lease says, and every use is an event", async () => {
    const t = await tenant();
    const { token, id } = await grant(await t.as("organization_admin"), t.agentId);
    expect(await asks(t, undefined)).toMatchObject({ outcome: "needs_approval" });
    const answers = await Promise.all(Array.from({ length: 6 }, () => asks(t, token)));
    expect(answers.map(({ rule }) => rule).sort()).toEqual(["lease.used", "lease.used", ...Array(4).fill("lease.used_up")]);
    const uses = await eventBodies(t.organizationId, "leases.used");
    expect(uses.map(({ details }) => details)).toMatchObject([{ jti: id, use: 1, maxUses: 2 }, { jti: id, use: 2 }]);
    expect(JSON.stringify(uses)).not.toContain(token);
    expect(await takeGrant(t.agent, { id: answers.find(({ outcome }) => outcome === "allow")?.id ?? "" })).toMatchObject({ status: "running" });
  });

  it("is stopped by a lease that is revoked, of another tool, of another tenant, or changed", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const { token, id } = await grant(admin, t.agentId);
    const passed = await asks(t, token);
    expect(await asks(t, token, "sms.send")).toMatchObject({ outcome: "deny", rule: "lease.tool" });
    const [head = "", body = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const wider = Buffer.from(JSON.stringify({ ...claims, tools: ["*"] })).toString("base64url");
    expect(await asks(t, `${head}.${wider}.${signature}`)).toMatchObject({ outcome: "deny", rule: "lease.invalid" });
    const other = await tenant();
    expect(await asks(other, token)).toMatchObject({ outcome: "deny", rule: "lease.invalid" });
    await inTenant(database(), t.organizationId, (tx) => tx.update(roleGrant).set({ role: "viewer" }).where(eq(roleGrant.personId, admin.actor.id)));
    await expect(takeGrant(t.agent, { id: passed.id })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("may not decide there") });
    await inTenant(database(), t.organizationId, (tx) => tx.update(roleGrant).set({ role: "organization_admin" }).where(eq(roleGrant.personId, admin.actor.id)));
    await revokeLease(admin, { id, reason: "No more" });
    expect(await asks(t, token)).toMatchObject({ outcome: "deny", rule: "lease.revoked" });
    await expect(takeGrant(t.agent, { id: passed.id })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("revoked") });
  });

  it("never passes what is forbidden, what is critical, or after the policies changed", async () => {
    const t = await tenant({ tools: [{ tool: "mail.send", mode: "approval", costCeilingMicros: null }, { tool: "erp.read", mode: "blocked", costCeilingMicros: null }] });
    const { token } = await grant(await t.as("organization_admin"), t.agentId, { tools: ["mail.*", "erp.*", "iam.*"], maxUses: 9 });
    expect(await asks(t, token, "erp.read")).toMatchObject({ outcome: "deny", rule: "capability.blocked" });
    expect(await asks(t, token, "iam.grant")).toMatchObject({ outcome: "deny", rule: "lease.critical" });
    const passed = await asks(t, token);
    const content = { tools: [{ tool: "mail.*", mode: "blocked", costCeilingMicros: null }] };
    await publishDocument(await t.as("organization_admin"), { kind: "capabilities", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, content, note: "" });
    await expect(takeGrant(t.agent, { id: passed.id })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("policies") });
    expect(await asks(t, token)).toMatchObject({ outcome: "deny", rule: "capability.blocked" });
  });

  it("is read even where a rule lets such calls go on without a person: no other text opens a host", async () => {
    const t = await tenant({ tools: [{ tool: "http.*", mode: "allowed", costCeilingMicros: null }] });
    const admin = await t.as("organization_admin");
    await publishRule(t, admin, { kind: "allow", costAtMostMicros: 1_000 });
    const url = { url: "https://elsewhere.example.com/" };
    expect(await asks(t, undefined, "http.get", url)).toMatchObject({ outcome: "deny", rule: "egress.not_listed" });
    expect(await asks(t, "a.b.c", "http.get", url)).toMatchObject({ outcome: "deny", rule: "lease.invalid" });
    const { token } = await grant(admin, t.agentId, { tools: ["http.get"], domains: ["elsewhere.example.com"] });
    expect(await asks(t, token, "http.get", url)).toMatchObject({ outcome: "allow", rule: "lease.used" });
  });

  it("does not pass where the approval policies ask several people, others, or for words", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const other = await t.as("supervisor");
    const [decider, own] = [{ kind: "decider" as const }, { kind: "person" as const, personId: admin.actor.id }];
    const { token } = await grant(admin, t.agentId, { maxUses: 9 });
    await publishRule(t, admin, asking([{ count: 2, people: [decider] }]), 0);
    expect(await asks(t, token)).toMatchObject({ outcome: "deny", rule: "lease.approvals" });
    await publishRule(t, admin, asking([{ count: 1, people: [{ kind: "person", personId: other.actor.id }] }]), 1);
    expect(await asks(t, token)).toMatchObject({ outcome: "deny", rule: "lease.approvals" });
    await publishRule(t, admin, { ...asking([{ count: 1, people: [decider] }]), reasonPattern: "CHG-#" }, 2);
    expect(await asks(t, token)).toMatchObject({ outcome: "deny", rule: "lease.approvals" });
    await publishRule(t, admin, asking([{ count: 1, people: [own] }]), 3);
    expect(await asks(t, token)).toMatchObject({ outcome: "allow", rule: "lease.used" });
  });

  it("does not pass with a key of who issued it, nor once they own the agent, whatever account they use", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const second = await t.as("supervisor");
    const { token } = await grant(admin, t.agentId, { maxUses: 9 });
    const set = (made: string | null, ownerId: string) =>
      inTenant(database(), t.organizationId, async (tx) => {
        await tx.update(person).set({ email: `ann+two@${t.agentId}.test` }).where(eq(person.id, second.actor.id));
        await tx.update(person).set({ email: `ann@${t.agentId}.test` }).where(eq(person.id, admin.actor.id));
        await tx.update(apiKey).set({ createdBy: made });
        await tx.update(agent).set({ ownerId });
      });
    for (const mine of [admin.actor.id, second.actor.id]) {
      await set(mine, t.ownerId);
      expect(await asks(t, token)).toMatchObject({ outcome: "deny", rule: "lease.issuer" });
      await set(null, mine);
      expect(await asks(t, token)).toMatchObject({ outcome: "deny", rule: "lease.issuer" });
    }
    await set(t.ownerId, t.ownerId);
    expect(await asks(t, token)).toMatchObject({ outcome: "allow" });
  });

  it("is over once what it let pass cost more than a use of it may", async () => {
    const t = await tenant();
    const { token, id } = await grant(await t.as("organization_admin"), t.agentId, { maxUses: 9 });
    const passed = await asks(t, token);
    await takeGrant(t.agent, { id: passed.id });
    await reportOutcome(t.agent, { id: passed.id, status: "succeeded", costMicros: 1_000_001, summary: "" });
    expect(await asks(t, token)).toMatchObject({ outcome: "deny", rule: "lease.used_up" });
    const [reported] = await eventBodies(t.organizationId, "actions.completed");
    expect(reported).toMatchObject({ severity: "warning", details: { ended: { lease: id } } });
  });

  it("opens a host that is on no list, but none that a list denies", async () => {
    const t = await tenant({ tools: [{ tool: "http.*", mode: "allowed", costCeilingMicros: null }] });
    const { token } = await grant(await t.as("organization_admin"), t.agentId, { tools: ["http.get"], domains: ["api.example.com", "evil.example.com"], maxUses: 9 });
    await publishDocument(await t.as("organization_admin"), { kind: "egress", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, content: { allow: null, deny: ["evil.example.com"], unlisted: "deny" }, note: "" });
    expect(await asks(t, undefined, "http.get", { url: "https://api.example.com/" })).toMatchObject({ outcome: "deny", rule: "egress.not_listed" });
    expect(await asks(t, token, "http.get", { url: "https://api.example.com/" })).toMatchObject({ outcome: "allow", rule: "lease.used" });
    expect(await asks(t, token, "http.get", { url: "https://other.example.com/" })).toMatchObject({ outcome: "deny", rule: "lease.domain" });
    expect(await asks(t, token, "http.get", { url: "https://evil.example.com/" })).toMatchObject({ outcome: "deny", rule: "egress.denied" });
    expect(await asks(t, token, "http.get", { url: "http://10.0.0.1/" })).toMatchObject({ outcome: "deny", rule: "egress.private_address" });
  });
});
