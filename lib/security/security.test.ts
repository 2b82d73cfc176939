import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { roleGrant, session } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import { inTenant, type Tx } from "@/db/tenant";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { loadPersonCtx } from "@/lib/ctx/person";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { sessionState } from "@/lib/live/session-state";
import { listSessions } from "@/lib/sessions/list";
import { renewSession } from "@/lib/sessions/renew";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { ChangeSecurityInput, changeSecurity } from "./change";
import { loadSecuritySetting, standardSecurity } from "./load";
import { readSecurity } from "./read";

useTestDatabase();

const info = () => ({ requestId: newId(), ip: null, userAgent: null });
const inside = <T>(organizationId: string, work: (tx: Tx) => Promise<T>) => inTenant(database(), organizationId, work);
const rules = { idleMinutes: 60, maxHours: 10, adminIdleMinutes: 15, adminMaxHours: 8, maxSessions: 3, unusualSignIn: "notice" as const };
const alive = async (ctx: PersonCtx) => (await loadPersonCtx(ctx.actor.sessionId, info())) !== null;

/** As if the session had begun, and been used last, so many minutes ago. */
const age = (ctx: PersonCtx, minutes: { began?: number; used?: number }) =>
  inside(ctx.organizationId, (tx) =>
    tx
      .update(session)
      .set({
        ...(minutes.began === undefined ? {} : { createdAt: sql`now() - ${`${minutes.began} minutes`}::interval` }),
        ...(minutes.used === undefined ? {} : { lastSeenAt: sql`now() - ${`${minutes.used} minutes`}::interval` }),
      })
      .where(eq(session.id, ctx.actor.sessionId)),
  );

describe("the rules for sessions", () => {
  it("are the same in the code as in the database while nobody has chosen any", async () => {
    const { organizationId } = await tenant();
    expect(await inside(organizationId, (tx) => loadSecuritySetting(tx))).toEqual(standardSecurity);
    await inside(organizationId, (tx) => tx.insert(securitySetting).values({ organizationId }));
    expect(await inside(organizationId, (tx) => loadSecuritySetting(tx))).toEqual(standardSecurity);
  });

  it("are changed by who may change settings, which the audit tells with before and after", async () => {
    const [here, there] = [await tenant(), await tenant()];
    const admin = await here.as("organization_admin");
    expect(await changeSecurity(admin, rules)).toEqual({ changed: 5 });
    expect(await changeSecurity(admin, { ...rules, maxSessions: 4 })).toEqual({ changed: 1 });
    expect(await readSecurity(await here.as("auditor"))).toMatchObject({ ...rules, maxSessions: 4 });
    expect(await readSecurity(await there.as("organization_admin"))).toEqual(standardSecurity);
    const details = (await eventBodies(here.organizationId, "security.changed")).map((body) => body.details);
    expect(details[1]).toEqual({ before: { maxSessions: 3 }, after: { maxSessions: 4 } });
  });

  it("are neither changed nor seen by who may not", async () => {
    const t = await tenant();
    for (const ctx of [await t.as("workspace_admin"), await t.as("auditor"), await t.as("viewer")]) {
      await expect(changeSecurity(ctx, rules)).rejects.toMatchObject({ code: "forbidden" });
    }
    await expect(readSecurity(await t.as("viewer"))).rejects.toMatchObject({ code: "forbidden" });
    expect(await inside(t.organizationId, (tx) => tx.select().from(securitySetting))).toEqual([]);
  });

  it("have bounds, in the form and in the database", async () => {
    const { organizationId } = await tenant();
    const beyond = [{ idleMinutes: 4 }, { idleMinutes: 1_441 }, { maxHours: 169 }, { adminIdleMinutes: 61 }, { adminMaxHours: 25 }, { maxSessions: 0 }, { maxSessions: 51 }];
    for (const one of beyond) {
      expect(ChangeSecurityInput.safeParse({ ...rules, ...one }).success, JSON.stringify(one)).toBe(false);
      await expect(inside(organizationId, (tx) => tx.insert(securitySetting).values({ organizationId, ...one })), JSON.stringify(one)).rejects.toThrow();
    }
    expect(ChangeSecurityInput.safeParse({ ...rules, maxSessions: "" }).success).toBe(false);
    expect(ChangeSecurityInput.parse({ ...rules, maxSessions: "7" }).maxSessions).toBe(7);
  });

  it("follow one another when two admins change them at once", async () => {
    const t = await tenant();
    const admins = [await t.as("organization_admin"), await t.as("organization_admin")] as const;
    await Promise.all([changeSecurity(admins[0], rules), changeSecurity(admins[1], { ...rules, maxSessions: 9 })]);
    const [first, second] = (await eventBodies(t.organizationId, "security.changed")).map((body) => body.details as { before: object; after: { maxSessions: number } });
    expect(second?.before).toEqual({ maxSessions: first?.after.maxSessions });
  });
});

describe("a session", () => {
  it("that is open already ends by rules that became stricter, unused or at the latest", async () => {
    const t = await tenant();
    const [admin, unused, long] = [await t.as("organization_admin"), await t.as("viewer"), await t.as("viewer")];
    await age(unused, { used: 70 });
    await age(long, { began: 11 * 60 });
    expect([await alive(unused), await alive(long)]).toEqual([true, true]);
    expect([await sessionState(unused), (await listSessions(admin, { personId: long.actor.id })).length]).toEqual(["stands", 1]);
    await age(unused, { used: 70 });
    await changeSecurity(admin, rules);
    expect([await alive(unused), await alive(long)]).toEqual([false, false]);
    expect([await sessionState(unused), await sessionState(long), (await listSessions(admin, { personId: long.actor.id })).length]).toEqual(["ended", "ended", 0]);
  });

  it("of who administers ends sooner, also where the role came after it", async () => {
    const t = await tenant();
    const [admin, viewer, chosen] = [await t.as("organization_admin"), await t.as("viewer"), await t.as("viewer")];
    await inside(t.organizationId, (tx) => tx.insert(roleGrant).values({ id: newId(), organizationId: t.organizationId, personId: chosen.actor.id, role: "workspace_admin", workspaceId: t.workspaceId, validFrom: new Date(0) }));
    for (const ctx of [admin, viewer, chosen]) await age(ctx, { used: 40 });
    expect([await alive(admin), await alive(viewer), await alive(chosen)]).toEqual([false, true, false]);
  });

  it("does not last longer because it was renewed", async () => {
    const t = await tenant();
    const viewer = await t.as("viewer");
    await age(viewer, { began: 11 * 60 });
    const renewed = await inside(t.organizationId, (tx) => renewSession(tx, viewer));
    expect(await loadPersonCtx(renewed, info())).not.toBeNull();
    await changeSecurity(await t.as("organization_admin"), rules);
    expect(await loadPersonCtx(renewed, info())).toBeNull();
  });

  it("is not kept alive by a page that nobody touches", async () => {
    const viewer = await (await tenant()).as("viewer");
    const usedAt = async () => (await inside(viewer.organizationId, (tx) => tx.select({ at: session.lastSeenAt }).from(session).where(eq(session.id, viewer.actor.sessionId))))[0]?.at.getTime() ?? 0;
    await age(viewer, { used: 100 });
    const before = await usedAt();
    expect(await loadPersonCtx(viewer.actor.sessionId, info(), { isSignOfLife: false })).not.toBeNull();
    expect(await usedAt()).toBe(before);
    expect(await alive(viewer)).toBe(true);
    expect(await usedAt()).toBeGreaterThan(before);
  });
});
