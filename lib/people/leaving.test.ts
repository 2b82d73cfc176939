import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { notice } from "@/db/schema/message";
import { invitation } from "@/db/schema/people";
import { run } from "@/db/schema/run";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { agentScopes } from "@/lib/ability/permissions";
import { keyCtx } from "@/lib/ctx/key";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { handOverAgents } from "./hand-over";
import { InvitePersonInput, invitePerson } from "./invite";
import { loadPerson } from "./load";
import { reactivatePerson } from "./reactivate";
import { removePerson } from "./remove";
import { suspendPerson } from "./suspend";
import { transact } from "@/lib/transact";
import { authorize } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";

useTestDatabase();

const info = () => ({ requestId: newId(), ip: "192.0.2.9", userAgent: "test" });
const line = (receipt: { lines: { effect: string; count: number; names: string[] }[] }, effect: string) => receipt.lines.find((each) => each.effect === effect);
const submit = (ctx: Parameters<typeof submitAction>[0], tool: string, args: object) =>
  submitAction(ctx, SubmitActionInput.parse({ tool, arguments: args, purpose: "Test", estimatedCostMicros: 1_000 }), newId());

describe("leaving", () => {
  it("ends sessions, roles, invitations and own keys, hands the agents over, and gives a receipt that the audit keeps", async () => {
    const t = await tenant();
    const [admin, leaving, heir] = [await t.as("organization_admin"), await t.owner(), await t.as("agent_manager")];
    const { key } = await createKey(leaving, { agentId: t.agentId, name: "nightly job", scopes: [...agentScopes] });
    const { id: invitedId } = await invitePerson(leaving, InvitePersonInput.parse({ email: `${newId()}@example.test`, name: "Friend", role: "viewer" }));
    expect((await keyCtx(`Bearer ${key}`, info())).actor.id).toBe(t.agentId);

    await expect(removePerson(admin, { id: t.ownerId })).rejects.toMatchObject({ code: "invalid_input", fields: { successorId: expect.any(String) } });
    const receipt = await removePerson(admin, { id: t.ownerId, successorId: heir.actor.id });
    expect(receipt).toMatchObject({ personId: t.ownerId, name: "Olga Owner", successor: heir.actor.name });
    expect(line(receipt, "sessions")?.count).toBe(1);
    expect(line(receipt, "roles")?.names).toEqual(["Organization admin"]);
    expect(line(receipt, "keys")?.names[0]).toMatch(/^nightly job \(cs_/);
    expect(line(receipt, "agentsHandedOver")?.names).toEqual(["Expense analyst"]);
    expect(line(receipt, "invitations")?.count).toBe(1);

    expect(await loadPersonCtx(leaving.actor.sessionId, info())).toBeNull();
    await expect(keyCtx(`Bearer ${key}`, info())).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await inside(t, (tx) => tx.select({ owner: agent.ownerId, status: agent.status }).from(agent))).toEqual([{ owner: heir.actor.id, status: "active" }]);
    const [sent] = await inside(t, (tx) => tx.select().from(invitation).where(eq(invitation.personId, invitedId)));
    expect(sent?.revokedAt).not.toBeNull();
    const [event] = await eventBodies(t.organizationId, "people.removed");
    expect(event).toMatchObject({ resource: { id: t.ownerId }, details: { by: "hand", sessions: { count: 1 }, successor: heir.actor.name } });
    expect(JSON.stringify(event)).not.toContain(key);
    await expect(removePerson(admin, { id: t.ownerId })).rejects.toMatchObject({ code: "conflict" });
  });

  it("names keys made for agents of others, which their owners answer for, and leaves them", async () => {
    const t = await tenant();
    const [admin, maker] = [await t.as("organization_admin"), await t.as("agent_manager")];
    const { key } = await createKey(maker, { agentId: t.agentId, name: "shared", scopes: [...agentScopes] });
    const receipt = await removePerson(admin, { id: maker.actor.id });
    expect(line(receipt, "keysKept")?.names[0]).toMatch(/^shared .* of Expense analyst$/);
    expect(line(receipt, "keys")).toBeUndefined();
    await expect(keyCtx(`Bearer ${key}`, info())).resolves.toHaveProperty("actor");
  });

  it("takes nobody for a successor who is not there to answer: oneself, the suspended, strangers", async () => {
    const [t, elsewhere] = [await tenant(), await tenant()];
    const [admin, idle, stranger] = [await t.as("organization_admin"), await t.as("viewer"), await elsewhere.as("viewer")];
    await suspendPerson(admin, { id: idle.actor.id });
    for (const [successorId, code] of [[t.ownerId, "invalid_input"], [idle.actor.id, "invalid_input"], [stranger.actor.id, "not_found"]] as const) {
      await expect(removePerson(admin, { id: t.ownerId, successorId })).rejects.toMatchObject({ code });
    }
  });

  it("suspends agents and stops their runs where nobody takes over", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const { action } = await submit(t.agent, "sandbox.python", { code: "print(1)" });
    const done = await transact(admin, async (tx) => {
      authorize(tx, admin, "users", "remove", { workspaceId: null });
      const over = await handOverAgents(tx, admin, t.ownerId, null);
      return { value: over, audit: over.audit.length > 0 ? over.audit : noAudit("nothing"), send: over.send };
    });
    expect(done.effects).toMatchObject({ agentsSuspended: ["Expense analyst"], runsStopped: [action.runId] });
    const [row] = await inside(t, (tx) => tx.select({ status: run.status, agent: agent.status }).from(run).innerJoin(agent, eq(agent.id, run.agentId)));
    expect(row).toEqual({ status: "cancelled", agent: "suspended" });
    await expect(submit(t.agent, "crm.read", {})).rejects.toMatchObject({ code: "policy_denied" });
  });

  it("tells the admins of requests that waited for this person alone", async () => {
    const t = await tenant();
    const admin = await t.owner();
    const boss = await t.as("supervisor", t.workspaceId);
    const { action } = await submit(t.agent, "mail.send", { to: "x" });
    // The only other who may decide owns the agent that asks.
    const receipt = await removePerson(admin, { id: boss.actor.id });
    expect(line(receipt, "requestsStranded")?.names).toEqual([expect.stringContaining("mail.send")]);
    const told = await inside(t, (tx) => tx.select({ person: notice.personId, title: notice.title }).from(notice));
    expect(told).toContainEqual({ person: t.ownerId, title: "A request waits and nobody may decide" });
    const second = await t.as("supervisor", t.workspaceId);
    await t.as("supervisor");
    expect(line(await removePerson(admin, { id: second.actor.id }), "requestsStranded")).toBeUndefined();
    const [open] = await inside(t, (tx) => tx.select({ status: approval.status }).from(approval).where(eq(approval.actionId, action.id)));
    expect(open?.status).toBe("pending");
  });
});

describe("suspending", () => {
  it("ends sessions at once, keeps roles, and is undone by letting in again", async () => {
    const t = await tenant();
    const [admin, viewer] = [await t.as("organization_admin"), await t.as("viewer")];
    const { id } = viewer.actor;
    expect(await suspendPerson(admin, { id })).toEqual({ sessionsEnded: 1 });
    expect(await loadPersonCtx(viewer.actor.sessionId, info())).toBeNull();
    await expect(suspendPerson(admin, { id })).rejects.toMatchObject({ code: "conflict" });
    expect((await loadPerson(admin, { id })).can).toMatchObject({ suspend: false, reactivate: true, remove: true });
    await reactivatePerson(admin, { id });
    expect((await loadPerson(admin, { id })).roles).toHaveLength(1);
    await expect(reactivatePerson(admin, { id })).rejects.toMatchObject({ code: "conflict" });
    expect((await eventBodies(t.organizationId, "people.suspended")).length + (await eventBodies(t.organizationId, "people.reactivated")).length).toBe(2);
  });

  it("is refused for oneself, the last admin, whoever is above the caller, and strangers", async () => {
    const [t, elsewhere] = [await tenant(), await tenant()];
    const [admin, manager, stranger] = [await t.as("organization_admin"), await t.as("user_manager"), await elsewhere.as("viewer")];
    await expect(suspendPerson(admin, { id: admin.actor.id })).rejects.toMatchObject({ code: "conflict" });
    await expect(suspendPerson(manager, { id: admin.actor.id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(suspendPerson(admin, { id: stranger.actor.id })).rejects.toMatchObject({ code: "not_found" });
    const other = await t.as("super_admin");
    await suspendPerson(other, { id: admin.actor.id });
    await expect(reactivatePerson(manager, { id: admin.actor.id })).rejects.toMatchObject({ code: "forbidden" });
  });
});
