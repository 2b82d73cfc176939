import { desc, eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { mail, notice, outbox } from "@/db/schema/message";
import { person, session } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { changeSecurity } from "@/lib/security/change";
import { listSessions } from "@/lib/sessions/list";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { transact } from "@/lib/transact";
import { type Device, deviceOf, rememberIn } from "./device";
import { openSession, type Proof } from "./open-session";
import { hashPassword } from "./password";
import { signIn } from "./sign-in";

useTestDatabase();

const [vienna, graz, tokyo, home] = ["194.232.104.1", "193.170.1.1", "133.242.0.1", "192.168.1.20"];
const password = "quarter lantern orbit mosaic";
const rules = { idleMinutes: 120, maxHours: 12, adminIdleMinutes: 30, adminMaxHours: 12, maxSessions: 10 };
const inside = <T>(ctx: PersonCtx, work: (tx: Tx) => Promise<T>) => inTenant(database(), ctx.organizationId, work);

function comeIn({ organizationId, actor }: PersonCtx, ip: string, device?: Device | null, proof: Partial<Proof> = {}): Promise<string> {
  const ctx = systemCtx("sign-in", organizationId, { requestId: newId(), ip, userAgent: "test", ...(device === undefined ? {} : { device }) });
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const { sessionId, audit, send } = await openSession(tx, ctx, actor, { method: "password", while: sql`true`, ...proof });
    return { value: sessionId, audit, send };
  });
}

/** Somebody whose only sign-in was hours ago, in Vienna. */
async function fromVienna(hoursAgo = 48) {
  const t = await tenant();
  const me = await t.as("viewer");
  await inside(me, (tx) => tx.update(session).set({ createdAt: sql`now() - ${`${hoursAgo} hours`}::interval`, ip: vienna, country: "AT" }).where(eq(session.id, me.actor.sessionId)));
  return { ...t, me };
}

const lastOf = async (me: PersonCtx) => {
  const body = (await eventBodies(me.organizationId, "sessions.signed_in")).at(-1);
  return { severity: body?.severity, unusual: (body?.details as { unusual?: string[] } | undefined)?.unusual };
};
const noticesOf = (me: PersonCtx) => inside(me, (tx) => tx.select().from(notice).where(eq(notice.personId, me.actor.id)).orderBy(desc(notice.createdAt)));

describe("a sign-in", () => {
  it("from where and with what somebody usually signs in is not told", async () => {
    const { me } = await fromVienna();
    const device = await deviceOf(await rememberIn(null, me.actor.email, newId()));
    await comeIn(me, vienna, device);
    await comeIn(me, home, device);
    expect([await noticesOf(me), (await lastOf(me)).unusual]).toEqual([[], undefined]);
    expect((await listSessions(me, { personId: me.actor.id })).map((row) => row.place).toSorted()).toEqual(["Austria", null]);
  });

  it("with a new browser, from a new country, or from too far away is told to the person and in the audit", async () => {
    const { me } = await fromVienna(3);
    const another = await deviceOf(await rememberIn(null, "somebody@example.test", newId()));
    await comeIn(me, graz, another);
    expect(await lastOf(me)).toEqual({ severity: "warning", unusual: ["new_device"] });
    await comeIn(me, tokyo);
    expect(await lastOf(me)).toEqual({ severity: "warning", unusual: ["new_country", "impossible_travel"] });
    const told = await noticesOf(me);
    expect(told[0]).toMatchObject({ title: "You signed in in a way that is unusual for you", href: "/account" });
    expect(told[0]?.body).toContain("Japan");
    const mails = await inside(me, (tx) => tx.select().from(mail).where(eq(mail.recipient, me.actor.email)));
    const queued = await inside(me, (tx) => tx.select().from(outbox).where(eq(outbox.name, "mail/queued")));
    expect([told.length, mails.length, queued.length]).toEqual([2, 2, 2]);
  });

  it("from another country is no travel that cannot be once there was time for it", async () => {
    const { me } = await fromVienna(24);
    await comeIn(me, tokyo);
    expect((await lastOf(me)).unusual).toEqual(["new_country"]);
    await inside(me, (tx) => tx.update(session).set({ createdAt: sql`${session.createdAt} - interval '24 hours'` }));
    await comeIn(me, vienna);
    expect((await lastOf(me)).unusual).toBeUndefined();
  });

  it("is never unusual when it is the first, nor from private addresses", async () => {
    const t = await tenant();
    const me = await t.as("viewer");
    await inside(me, (tx) => tx.update(session).set({ createdAt: sql`now() - interval '200 days'` }));
    await comeIn(me, tokyo, null);
    expect((await lastOf(me)).unusual).toBeUndefined();
    await comeIn(me, home);
    expect((await lastOf(me)).unusual).toBeUndefined();
  });
});

describe("an organization that lets no unusual sign-in in", () => {
  it("refuses it in the words of a wrong password, and tells the person alone that theirs was right", async () => {
    const { me, as } = await fromVienna(1);
    await changeSecurity(await as("organization_admin"), { ...rules, unusualSignIn: "block" });
    const passwordHash = await hashPassword(password);
    await inside(me, (tx) => tx.update(person).set({ passwordHash }).where(eq(person.id, me.actor.id)));
    const at = (ip: string, typed = password) => signIn({ requestId: newId(), ip, userAgent: "test" }, { email: me.actor.email, password: typed });
    const refusals = await Promise.all([at(tokyo), at(tokyo, "not the one")].map((attempt) => attempt.then(() => null, ({ code, message, hint }: { code: string; message: string; hint: string }) => ({ code, message, hint }))));
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[0]).toMatchObject({ code: "unauthenticated" });
    expect((await noticesOf(me)).map((each) => each.title)).toEqual(["A sign-in that is unusual for you was refused"]);
    const reasons = (await eventBodies(me.organizationId, "sessions.sign_in_refused")).map((body) => (body.details as { reason: string }).reason);
    expect(reasons.toSorted()).toEqual(["unusual", "wrong password"]);
    await expect(at(vienna)).resolves.toHaveProperty("sessionId");
  });

  it("takes a second factor or the identity provider's word where it asks for more, and nothing where it blocks", async () => {
    const { me, as } = await fromVienna(1);
    const admin = await as("organization_admin");
    await changeSecurity(admin, { ...rules, unusualSignIn: "challenge" });
    const refused = { message: "the sign-in is unusual" };
    await expect(comeIn(me, tokyo)).rejects.toMatchObject(refused);
    await expect(comeIn(me, tokyo, undefined, { factor: "remembered" })).rejects.toMatchObject(refused);
    await expect(comeIn(me, tokyo, undefined, { method: "oidc" })).rejects.toMatchObject(refused);
    await expect(comeIn(me, graz, null)).resolves.toBeTruthy();
    for (const proof of [{ factor: "totp" as const }, { method: "oidc" as const, factor: "provider" as const }]) {
      const id = await comeIn(me, tokyo, undefined, proof);
      await inside(me, (tx) => tx.update(session).set({ country: null }).where(eq(session.id, id)));
    }
    await changeSecurity(admin, { ...rules, unusualSignIn: "block" });
    await expect(comeIn(me, tokyo, undefined, { factor: "totp" })).rejects.toMatchObject(refused);
  });
});
