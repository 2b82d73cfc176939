import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { person, session } from "@/db/schema/people";
import { auditEvent } from "@/db/stream/audit";
import { inTenant } from "@/db/tenant";
import { hashPassword } from "@/lib/auth/password";
import { signIn } from "@/lib/auth/sign-in";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { loadPersonCtx } from "@/lib/ctx/person";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { changePassword } from "@/lib/people/change-password";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { deviceName } from "./device";
import { listSessions } from "./list";
import { revokeSession } from "./revoke";
import { revokeOtherSessions } from "./revoke-others";

useTestDatabase();

const password = "quarter lantern orbit mosaic";
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const info = () => ({ requestId: newId(), ip: "198.51.100.7", userAgent: firefox });

const lastAction = (organizationId: string) =>
  inTenant(database(), organizationId, async (tx) => (await tx.select({ action: auditEvent.action }).from(auditEvent).orderBy(auditEvent.seq)).at(-1)?.action);

/** A second browser of the same person. */
async function elsewhere(ctx: PersonCtx): Promise<string> {
  const passwordHash = await hashPassword(password);
  await inTenant(database(), ctx.organizationId, (tx) => tx.update(person).set({ passwordHash }).where(eq(person.id, ctx.actor.id)));
  return (await signIn(info(), { email: ctx.actor.email, password })).sessionId;
}

describe("sessions", () => {
  it("are listed with their device, and end one by one at once", async () => {
    const { organizationId, as } = await tenant();
    const me = await as("viewer");
    const other = await elsewhere(me);
    const rows = await listSessions(me, { personId: me.actor.id });
    expect(rows.map((row) => [row.device, row.isCurrent])).toEqual(expect.arrayContaining([["Firefox on Linux", false], ["Unknown device", true]]));
    await revokeSession(me, { id: other });
    expect(await loadPersonCtx(other, info())).toBeNull();
    expect(await lastAction(organizationId)).toBe("sessions.revoked");
    await expect(revokeSession(me, { id: other })).rejects.toMatchObject({ code: "conflict" });
    expect(await listSessions(me, { personId: me.actor.id })).toHaveLength(1);
  });

  it("say from where they were used last, and from where they were opened where that is elsewhere", async () => {
    const { as } = await tenant();
    const me = await as("viewer");
    const other = await elsewhere(me);
    await inTenant(database(), me.organizationId, (tx) => tx.update(session).set({ lastSeenAt: new Date(Date.now() - 300_000) }).where(eq(session.id, other)));
    await loadPersonCtx(other, { ...info(), ip: "203.0.113.9" });
    const [row] = (await listSessions(me, { personId: me.actor.id })).filter(({ id }) => id === other);
    expect(row).toMatchObject({ ip: "203.0.113.9", openedFrom: "198.51.100.7" });
  });

  it("of others are seen and ended by admins only", async () => {
    const { as } = await tenant();
    const [admin, viewer, auditor] = [await as("organization_admin"), await as("viewer"), await as("auditor")];
    const { sessionId, id: personId } = viewer.actor;
    await expect(listSessions(viewer, { personId: admin.actor.id })).rejects.toMatchObject({ code: expect.stringMatching(/forbidden|not_found/) });
    expect(await listSessions(auditor, { personId })).toHaveLength(1);
    await expect(revokeSession(auditor, { id: sessionId })).rejects.toMatchObject({ code: "forbidden" });
    await revokeSession(admin, { id: sessionId });
    expect(await loadPersonCtx(sessionId, info())).toBeNull();
  });

  it("of another organization are not found", async () => {
    const [here, there] = [await tenant(), await tenant()];
    const [admin, stranger] = [await here.as("organization_admin"), await there.as("viewer")];
    await expect(revokeSession(admin, { id: stranger.actor.sessionId })).rejects.toMatchObject({ code: "not_found" });
    await expect(listSessions(admin, { personId: stranger.actor.id })).rejects.toMatchObject({ code: "not_found" });
    expect(await loadPersonCtx(stranger.actor.sessionId, info())).not.toBeNull();
  });

  it("end everywhere else with one click", async () => {
    const { as } = await tenant();
    const me = await as("viewer");
    const other = await elsewhere(me);
    const { ended, sessionId } = await revokeOtherSessions(me);
    expect(ended).toBe(1);
    expect(await loadPersonCtx(other, info())).toBeNull();
    // A copy of this browser's own cookie is out as well: the browser goes on with another session.
    expect(await loadPersonCtx(me.actor.sessionId, info())).toBeNull();
    expect((await loadPersonCtx(sessionId, info()))?.actor.id).toBe(me.actor.id);
    await expect(revokeOtherSessions(me)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("changePassword", () => {
  it("needs the current one, takes a good one, and ends the other sessions", async () => {
    const { organizationId, as } = await tenant();
    const me = await as("viewer");
    const other = await elsewhere(me);
    await expect(changePassword(me, { current: "not it at all", password: "violet harbor pencil engine" })).rejects.toMatchObject({ fields: { current: expect.any(String) } });
    await expect(changePassword(me, { current: password, password })).rejects.toMatchObject({ fields: { password: expect.any(String) } });
    await expect(changePassword(me, { current: password, password: "password12345" })).rejects.toMatchObject({ fields: { password: expect.any(String) } });
    const { sessionsEnded, sessionId } = await changePassword(me, { current: password, password: "violet harbor pencil engine" });
    expect(sessionsEnded).toBe(1);
    expect(await Promise.all([other, me.actor.sessionId].map((id) => loadPersonCtx(id, info())))).toEqual([null, null]);
    expect((await loadPersonCtx(sessionId, info()))?.actor.id).toBe(me.actor.id);
    expect(await lastAction(organizationId)).toBe("people.password_changed");
    await expect(signIn(info(), { email: me.actor.email, password })).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signIn(info(), { email: me.actor.email, password: "violet harbor pencil engine" })).resolves.toHaveProperty("sessionId");
  });
});

describe("deviceName", () => {
  it("never repeats what a user agent says of itself", () => {
    expect(deviceName("<script>alert(1)</script>")).toBe("Unknown device");
    expect(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1")).toBe("Safari on iPhone");
  });
});
