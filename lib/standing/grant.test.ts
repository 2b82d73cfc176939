import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { person } from "@/db/schema/people";
import { standingApproval } from "@/db/schema/standing";
import { auditEvent } from "@/db/stream/audit";
import { inTenant, type Tx } from "@/db/tenant";
import { reportOutcome } from "@/lib/actions/report-outcome";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { database } from "@/lib/database";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { grantStanding, type GrantStandingInput } from "./grant";
import { listStandings, loadStanding } from "./list";
import { revokeStanding } from "./revoke";

useTestDatabase();

async function asked() {
  const t = await tenant();
  const supervisor = await t.as("supervisor");
  const inside = <T>(work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
  const submit = async (args: Record<string, unknown>, estimatedCostMicros = 1_000) => (await submitAction(t.agent, SubmitActionInput.parse({ tool: "mail.send", arguments: args, estimatedCostMicros }), newId())).action;
  const made = await submit({ to: "ann@example.com", text: "Report" });
  const grant = (more: Partial<GrantStandingInput> = {}, ctx = supervisor) =>
    grantStanding(ctx, {
      id: made.approvalId ?? "", digest: made.digest, reason: "The same every day", arguments: { to: { glob: "*@example.com" }, text: { same: true } }, resource: null,
      days: 7, usesMost: 2, costEachMicros: 1_000, costTotalMicros: 5_000, ...more,
    });
  return { t, supervisor, inside, submit, made, grant };
}

describe("a standing approval", () => {
  it("lets what is like the request go on, so often, shows what it was used for, and ends when it is revoked", async () => {
    const a = await asked();
    const { id } = await a.grant();
    expect((await a.submit({ to: "bob@example.com", text: "Report" })).status).toBe("allowed");
    expect((await a.submit({ to: "eve@evil.test", text: "Report" })).status).toBe("pending_approval");
    expect((await a.submit({ to: "bob@example.com", text: "Another" })).status).toBe("pending_approval");
    expect(await loadStanding(a.supervisor, { id })).toMatchObject({ state: "in force", usesTaken: 1, uses: [{ costMicros: 1_000, status: "allowed" }], arguments: [{ name: "to", exact: false }, { name: "text", exact: true }] });
    expect((await listStandings(a.supervisor, {})).rows).toMatchObject([{ id, usesTaken: 1 }]);
    const passed = await a.submit({ to: "cleo@example.com", text: "Report" });
    await revokeStanding(a.supervisor, { id, reason: "Enough" });
    await expect(takeGrant(a.t.agent, { id: passed.id })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("revoked") });
    expect((await a.submit({ to: "bob@example.com", text: "Report" })).status).toBe("pending_approval");
    await expect(revokeStanding(a.supervisor, { id, reason: "" })).rejects.toMatchObject({ code: "conflict" });
    const events = await a.inside((tx) => tx.select().from(auditEvent).where(eq(auditEvent.resourceId, id)));
    expect(events.map(({ action }) => action)).toEqual(["standing.granted", "standing.revoked"]);
  });

  it("is nothing where more people must agree on what it would let go on, or once its granter owns the agent with another account", async () => {
    const a = await asked();
    const admin = await a.t.as("organization_admin");
    await a.grant({ costEachMicros: 500_000, costTotalMicros: 900_000 });
    const stage = { name: "Two", anyOf: [{ count: 2, people: [{ kind: "decider" }] }], rejections: 1 };
    const answer = { kind: "ask", stages: [stage], reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: false, breakGlass: [], ownerMayDecide: false };
    const match = { kinds: null, tools: null, riskAtLeast: null, costAtLeastMicros: 400_000, workspaceIds: null, agentIds: null };
    const content = { rules: [{ id: "dear", name: "Dear", match, answer }] };
    await publishDocument(admin, { kind: "approvals", scopeType: "organization", scopeId: a.t.organizationId, expectedVersion: 0, content, note: "" });
    expect((await a.submit({ to: "bob@example.com", text: "Report" }, 450_000)).status).toBe("pending_approval");
    expect((await a.submit({ to: "bob@example.com", text: "Report" })).status).toBe("allowed");
    const second = await a.t.as("viewer");
    await a.inside(async (tx) => {
      await tx.update(person).set({ email: `ann@${a.t.agentId}.test` }).where(eq(person.id, a.supervisor.actor.id));
      await tx.update(person).set({ email: `ann+two@${a.t.agentId}.test` }).where(eq(person.id, second.actor.id));
      await tx.update(agent).set({ ownerId: second.actor.id });
    });
    expect((await a.submit({ to: "bob@example.com", text: "Report" })).status).toBe("pending_approval");
  });

  it("is over once what it let go on cost more than it may, whatever was said before", async () => {
    const a = await asked();
    const { id } = await a.grant();
    const made = await a.submit({ to: "bob@example.com", text: "Report" });
    await takeGrant(a.t.agent, { id: made.id });
    await reportOutcome(a.t.agent, { id: made.id, status: "succeeded", costMicros: 1_001, summary: "" });
    expect(await loadStanding(a.supervisor, { id })).toMatchObject({ state: "used up", usesTaken: 2, costTakenMicros: 1_001 });
    expect((await a.submit({ to: "bob@example.com", text: "Report" })).status).toBe("pending_approval");
  });

  it.each<[string, Partial<GrantStandingInput>, string]>([
    ["another request than was shown", { digest: "0".repeat(64) }, "conflict"],
    ["an argument left open", { arguments: { to: { same: true } } }, "invalid_input"],
    ["an argument that is not there", { arguments: { to: { same: true }, text: { same: true }, bcc: { glob: "*" } } }, "invalid_input"],
    ["one use dearer than all", { costEachMicros: 6_000 }, "invalid_input"],
  ])("is refused for %s", async (_what, input, code) => {
    const a = await asked();
    await expect(a.grant(input)).rejects.toMatchObject({ code });
    expect(await a.inside((tx) => tx.select().from(standingApproval))).toEqual([]);
  });

  it("takes no star of the agent's for a glob: a resource that holds one is written by the person", async () => {
    const a = await asked();
    const { action: made } = await submitAction(a.t.agent, SubmitActionInput.parse({ tool: "mail.send", resource: "*", estimatedCostMicros: 1_000 }), newId());
    const of = { id: made.approvalId ?? "", digest: made.digest, arguments: {} };
    await expect(a.grant(of)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("star") });
    expect(await a.inside((tx) => tx.select().from(standingApproval))).toEqual([]);
    await a.grant({ ...of, resource: "reports/*" });
    expect(await a.inside((tx) => tx.select({ resource: standingApproval.resource }).from(standingApproval))).toEqual([{ resource: "reports/*" }]);
  });

  it("is never of what is critical, of what is over, of one's own agent, of who may not decide, nor across tenants", async () => {
    const [a, stranger] = [await asked(), await tenant()];
    await expect(a.grant({}, await a.t.owner())).rejects.toMatchObject({ code: "forbidden" });
    await expect(a.grant({}, await a.t.as("auditor"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(a.grant({}, await stranger.as("supervisor"))).rejects.toMatchObject({ code: "not_found" });
    await a.inside((tx) => tx.update(approval).set({ risk: "CRITICAL" }));
    await expect(a.grant()).rejects.toMatchObject({ code: "conflict" });
    await a.inside((tx) => tx.update(approval).set({ risk: "HIGH", status: "cancelled" }));
    await expect(a.grant()).rejects.toMatchObject({ code: "conflict" });
  });
});
