import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { lock, type LockKind } from "@/db/schema/lock";
import { person, roleGrant, session } from "@/db/schema/people";
import type { Role } from "@/lib/ability/permissions";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { sessionState } from "@/lib/live/session-state";
import { givePassword, provePassword } from "@/lib/mfa/testing";
import { removePerson } from "@/lib/people/remove";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { LockTarget } from "./input";
import { liftLock } from "./lift";
import { listLocks } from "./list";
import { listLocksOf } from "./list-of";
import { loadLock } from "./load";
import { previewLock } from "./preview";
import { letTimePass, lift, place } from "./testing";

useTestDatabase();

const info = () => ({ requestId: newId(), ip: null, userAgent: null });
const rowsOf = (t: { organizationId: string }) => inside(t, (tx) => tx.select().from(lock).orderBy(lock.createdAt));
const refusal = (promise: Promise<unknown>) => promise.then(() => "done", (error: { code: string }) => error.code);

async function withAdmin() {
  const t = await tenant();
  return { ...t, admin: await t.as("organization_admin") };
}

describe("placing a lock", () => {
  it("says before it is done what it will stop, stops it, and keeps the receipt in the lock and in the audit", async () => {
    const t = await withAdmin();
    const victim = await t.as("viewer");
    const preview = await previewLock(t.admin, LockTarget.parse({ kind: "person", target: victim.actor.id }));
    const receipt = await place(t.admin, "person", victim.actor.id, { minutes: 60, reason: "Their laptop was stolen" });
    expect(receipt).toMatchObject({ kind: "person", lines: [{ effect: "sessions", count: 1, names: ["Unknown device"] }] });
    expect(preview.lines).toEqual(receipt.lines);
    expect(await loadLock(t.admin, receipt)).toMatchObject({ state: "in_force", mayLift: true, receipt: receipt.lines, reason: "Their laptop was stolen" });
    const [event] = await eventBodies(t.organizationId, "locks.placed");
    expect(event).toMatchObject({
      severity: "warning",
      actor: { id: t.admin.actor.id },
      resource: { type: "lock", id: receipt.id },
      details: { message: "Under investigation.", reason: "Their laptop was stolen", target: victim.actor.id, stopped: { sessions: { count: 1 } } },
    });
  });

  it("prolongs one that is in force, and never shortens it, so that nobody lifts it that way", async () => {
    const t = await withAdmin();
    const first = await place(t.admin, "agent", t.agentId);
    const supervisor = await t.as("supervisor", t.workspaceId);
    const second = await place(supervisor, "agent", t.agentId, { minutes: 1, message: "For a minute." });
    expect(second).toMatchObject({ id: first.id, until: null });
    expect(await rowsOf(t)).toMatchObject([{ message: "For a minute.", until: null, byOrganization: true, placedBy: supervisor.actor.id }]);
    const tool = await place(t.admin, "tool", "crm.read", { minutes: 60 });
    const longer = await place(t.admin, "tool", "crm/read", { minutes: 120 });
    expect([longer.id, (longer.until?.getTime() ?? 0) > (tool.until?.getTime() ?? 0)]).toEqual([tool.id, true]);
  });

  it("is one lock for several who place it at once, and another once its time is over", async () => {
    const t = await withAdmin();
    const placed = await Promise.all([1, 2, 3].map(() => place(t.admin, "agent", t.agentId, { minutes: 60 })));
    expect(new Set(placed.map(({ id }) => id)).size).toBe(1);
    await letTimePass(t);
    await place(t.admin, "agent", t.agentId);
    expect((await listLocks(t.admin)).rows.map(({ state }) => state).sort()).toEqual(["in_force", "over"]);
  });

  it.each<[string, (t: Awaited<ReturnType<typeof withAdmin>>) => [LockKind, string]]>([
    ["themselves", (t) => ["person", t.admin.actor.id]],
    ["the role that they act by", () => ["role", "organization_admin"]],
  ])("refuses to lock an admin's way back: %s", async (_what, of) => {
    const t = await withAdmin();
    await t.as("super_admin");
    const [kind, target] = of(t);
    expect((await previewLock(t.admin, LockTarget.parse({ kind, target })).catch(() => null))?.refusal ?? "forbidden").toMatch(/cannot lock|forbidden/);
    expect(["conflict", "forbidden"]).toContain(await refusal(place(t.admin, kind, target)));
    expect(await rowsOf(t)).toEqual([]);
  });

  it("refuses to lock the browser that one sits at", async () => {
    const t = await withAdmin();
    const deviceId = newId();
    await inside(t, (tx) => tx.update(session).set({ deviceId }));
    expect(await refusal(place(t.admin, "device", deviceId))).toBe("conflict");
  });

  it("leaves somebody who administers: neither two who lock each other, nor the last by the role, nor by removing who is left", async () => {
    const t = await withAdmin();
    const other = await t.as("organization_admin");
    const both = await Promise.all([refusal(place(t.admin, "person", other.actor.id)), refusal(place(other, "person", t.admin.actor.id))]);
    expect(both.filter((code) => code === "done")).toHaveLength(1);
    const s = await tenant();
    const boss = await s.as("super_admin");
    await inside(s, (tx) => tx.update(roleGrant).set({ validUntil: new Date(Date.now() + 3_600_000) }).where(eq(roleGrant.personId, boss.actor.id)));
    await s.as("organization_admin");
    expect(await refusal(place(boss, "role", "organization_admin"))).toBe("conflict");
    const l = await tenant();
    const [one, two, third] = [await l.as("organization_admin"), await l.as("super_admin"), await l.as("organization_admin")];
    await place(two, "person", one.actor.id);
    await place(two, "person", third.actor.id);
    await inside(l, (tx) => tx.update(roleGrant).set({ validUntil: new Date(Date.now() + 3_600_000) }).where(eq(roleGrant.personId, two.actor.id)));
    expect(await refusal(removePerson(two, { id: third.actor.id }))).toBe("conflict");
  });

  it("is not for people above one's own, nor for what is not there", async () => {
    const t = await withAdmin();
    const boss = await t.as("super_admin");
    expect(await refusal(place(t.admin, "person", boss.actor.id))).toBe("forbidden");
    expect(await refusal(place(t.admin, "role", "super_admin"))).toBe("forbidden");
    for (const kind of ["person", "device", "key", "agent", "workspace", "organization", "approval"] as const) expect([kind, await refusal(place(t.admin, kind, newId()))]).toEqual([kind, "not_found"]);
  });

  it("is refused for another organization's ids, whatever they are of", async () => {
    const [ours, theirs] = [await withAdmin(), await tenant()];
    const foreign = await theirs.as("viewer");
    const deviceId = newId();
    await inside(theirs, (tx) => tx.update(session).set({ deviceId }));
    const of: [LockKind, string][] = [["person", foreign.actor.id], ["device", deviceId], ["key", theirs.apiKeyId], ["agent", theirs.agentId], ["workspace", theirs.workspaceId], ["organization", theirs.organizationId]];
    for (const [kind, target] of of) expect([kind, await refusal(place(ours.admin, kind, target))]).toEqual([kind, "not_found"]);
    expect(await refusal(place(ours.admin, "tool", "crm.read", { workspaceId: theirs.workspaceId }))).toBe("not_found");
    const { id } = await place(await theirs.as("organization_admin"), "agent", theirs.agentId);
    expect(await refusal(lift(ours.admin, { id }))).toBe("not_found");
    expect(await refusal(loadLock(ours.admin, { id }))).toBe("not_found");
    expect(await listLocksOf(ours.admin, { of: [{ kind: "agent", target: theirs.agentId }] })).toEqual([]);
  });

  it.each<[Role, string[]]>([
    ["supervisor", ["agent", "key", "tool", "workspace"]],
    ["workspace_admin", []],
    ["agent_manager", []],
    ["viewer", []],
  ])("lets a %s of a workspace stop what agents do there, if they decide there", async (role, may) => {
    const t = await tenant();
    const ctx = await t.as(role, t.workspaceId);
    const of: [LockKind, string, object][] = [["agent", t.agentId, {}], ["key", t.apiKeyId, {}], ["tool", "crm.read", { workspaceId: t.workspaceId }], ["workspace", t.workspaceId, {}]];
    for (const [kind, target, more] of of) expect([kind, await refusal(place(ctx, kind, target, more))]).toEqual([kind, may.includes(kind) ? "done" : "forbidden"]);
    for (const [kind, target] of [["tool", "crm.write"], ["person", t.ownerId], ["role", "viewer"]] as const) expect([kind, await refusal(place(ctx, kind, target))]).toEqual([kind, "forbidden"]);
  });

  it("takes a tool as the policy writes it, and no other case, form or sign", () => {
    const read = (target: string) => LockTarget.safeParse({ kind: "tool", target });
    expect(read(" mail/send ").data?.target).toBe("mail.send");
    expect(read("crm.*").data?.target).toBe("crm.*");
    for (const target of ["Mail.send", "mail․send", "ｍail.send", "mail.send\u200b", "", "mail send"]) expect([target, read(target).success]).toEqual([target, false]);
    expect(LockTarget.safeParse({ kind: "role", target: "Viewer" }).success).toBe(false);
    expect(LockTarget.safeParse({ kind: "agent", target: "x' or true" }).success).toBe(false);
  });
});

describe("lifting a lock", () => {
  it("asks for a fresh proof of this one, gives back what was stopped, and says in the audit who did it and why", async () => {
    const t = await withAdmin();
    const [one, two] = [await place(t.admin, "agent", t.agentId), await place(t.admin, "tool", "crm.read")];
    await givePassword(t.admin);
    expect(await refusal(lift(t.admin, one))).toBe("fresh_proof_needed");
    await provePassword(t.admin, "locks.lift", two.id);
    expect(await refusal(lift(t.admin, one))).toBe("fresh_proof_needed");
    await provePassword(t.admin, "locks.lift", one.id);
    await lift(t.admin, one);
    expect(await loadLock(t.admin, one)).toMatchObject({ state: "lifted", endReason: "It was a false alarm", endedBy: t.admin.actor.name });
    expect(await eventBodies(t.organizationId, "locks.lifted")).toMatchObject([{ details: { reason: "It was a false alarm" }, resource: { id: one.id } }]);
  });

  it("is not for whom it stops, who may less than who placed it, or once it has ended", async () => {
    const t = await withAdmin();
    const victim = await t.as("organization_admin");
    const placed = await place(t.admin, "person", victim.actor.id);
    expect(["unauthenticated", "conflict"]).toContain(await refusal(lift(victim, placed)));
    const ofAgent = await place(t.admin, "agent", t.agentId);
    const supervisor = await t.as("supervisor", t.workspaceId);
    expect(await refusal(lift(supervisor, ofAgent))).toBe("forbidden");
    expect((await loadLock(supervisor, ofAgent)).mayLift).toBe(false);
    await lift(t.admin, ofAgent);
    expect(await refusal(lift(t.admin, ofAgent))).toBe("conflict");
    const own = await place(supervisor, "agent", t.agentId, { minutes: 5 });
    expect((await loadLock(supervisor, own)).mayLift).toBe(true);
    await letTimePass(t);
    expect(await refusal(lift(supervisor, own))).toBe("conflict");
    await expect(liftLock(t.admin, { id: newId(), reason: "x" })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a locked person", () => {
  it("is refused with the message on the very next request, and comes back to no session that was open", async () => {
    const t = await withAdmin();
    const victim = await t.as("viewer");
    const { id } = await place(t.admin, "person", victim.actor.id, { minutes: 60 });
    const next = () => loadPersonCtx(victim.actor.sessionId, info());
    await expect(next()).rejects.toMatchObject({ code: "locked", status: 423, message: expect.stringMatching(/Your account is locked: Under investigation \(until 20/) });
    expect(await sessionState(victim)).toBe("ended");
    await lift(t.admin, { id });
    expect(await next()).toBeNull();
  });

  it("is refused by the lock alone, should a session have slipped through, until its time is over", async () => {
    const t = await withAdmin();
    const victim = await t.as("viewer");
    await place(t.admin, "person", victim.actor.id, { minutes: 60 });
    await inside(t, (tx) => tx.update(session).set({ revokedAt: null }));
    await expect(loadPersonCtx(victim.actor.sessionId, info())).rejects.toMatchObject({ code: "locked" });
    await letTimePass(t);
    expect((await loadPersonCtx(victim.actor.sessionId, info()))?.actor.id).toBe(victim.actor.id);
  });
});

describe("a locked role", () => {
  it("gives nothing to anybody, wherever they hold it, and leaves what they have besides", async () => {
    const t = await withAdmin();
    const [only, also] = [await t.as("supervisor"), await t.as("supervisor", t.workspaceId)];
    await inside(t, (tx) => tx.insert(roleGrant).values({ id: newId(), organizationId: t.organizationId, personId: also.actor.id, role: "viewer", validFrom: new Date(0) }));
    const receipt = await place(t.admin, "role", "supervisor");
    expect(receipt.lines).toMatchObject([{ effect: "people", count: 2 }]);
    await expect(loadPersonCtx(only.actor.sessionId, info())).rejects.toMatchObject({ code: "locked", message: expect.stringContaining("Your role is locked") });
    expect((await loadPersonCtx(also.actor.sessionId, info()))?.actor.roles.map(({ role }) => role)).toEqual(["viewer"]);
    // A context from a moment ago may not write either.
    expect(await refusal(place(also, "agent", t.agentId))).toBe("conflict");
    await lift(t.admin, receipt);
    expect((await loadPersonCtx(only.actor.sessionId, info()))?.actor.roles.map(({ role }) => role)).toEqual(["supervisor"]);
  });
});

describe("a locked browser", () => {
  it("is out, whoever is signed in there, and others of the same people are not", async () => {
    const t = await withAdmin();
    const [here, there] = [await t.as("viewer"), await t.as("viewer")];
    const deviceId = newId();
    await inside(t, (tx) => tx.update(session).set({ deviceId }).where(eq(session.id, here.actor.sessionId)));
    const receipt = await place(t.admin, "device", deviceId);
    expect(receipt).toMatchObject({ name: expect.stringContaining("viewer"), lines: [{ effect: "sessions", count: 1 }] });
    await expect(loadPersonCtx(here.actor.sessionId, info())).rejects.toMatchObject({ code: "locked", message: expect.stringContaining("This browser is locked") });
    expect(await loadPersonCtx(there.actor.sessionId, info())).not.toBeNull();
    const [row] = await inside(t, (tx) => tx.select({ version: person.accessVersion }).from(person).where(eq(person.id, here.actor.id)));
    expect(row?.version).toBe(2);
  });
});
