import { desc, eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { emailLink } from "@/db/schema/email-link";
import { mail } from "@/db/schema/message";
import { person, session } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { loadPersonCtx } from "@/lib/ctx/person";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { acceptInvitation } from "@/lib/people/accept-invitation";
import { changePassword } from "@/lib/people/change-password";
import { confirmEmail } from "@/lib/people/confirm-email";
import { invitePerson } from "@/lib/people/invite";
import { loadOwnEmail } from "@/lib/people/own-email";
import { requestEmail } from "@/lib/people/request-email";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { hashPassword } from "./password";
import { requestReset, resetPaces } from "./request-reset";
import { resetPassword } from "./reset-password";
import { signIn } from "./sign-in";
import { newToken } from "./token";

useTestDatabase();

const old = "quarter lantern orbit mosaic";
const fresh = "violet harbor pencil engine";
const info = () => ({ requestId: newId(), ip: "198.51.100.7", userAgent: "test browser" });
const gone = { code: "gone" };
const inside = <T>(organizationId: string, work: (tx: Tx) => Promise<T>) => inTenant(database(), organizationId, work);

/** What was counted is forgotten, so that no test waits for another's tries. */
afterEach(async () => void (await database().sql`delete from rate_limit`));

let hash: string | undefined;
async function member(changes: Partial<typeof person.$inferInsert> = {}) {
  const t = await tenant();
  const me = await t.as("viewer");
  hash ??= await hashPassword(old);
  await inside(t.organizationId, (tx) => tx.update(person).set({ passwordHash: hash, ...changes }).where(eq(person.id, me.actor.id)));
  return { ...t, me, email: me.actor.email };
}

const mailsOf = (organizationId: string, to: string) => inside(organizationId, (tx) => tx.select().from(mail).where(eq(mail.recipient, to)).orderBy(desc(mail.createdAt), desc(mail.id)));

/** The token in the last mail to an address. */
async function tokenFor(organizationId: string, to: string): Promise<string> {
  const token = /\/(?:reset|confirm|invitation)\/([\w-]{43})/.exec((await mailsOf(organizationId, to))[0]?.text ?? "")?.[1];
  if (!token) throw new Error(`the last mail to ${to} has no link`);
  return token;
}

async function asked(changes: Partial<typeof person.$inferInsert> = {}) {
  const made = await member(changes);
  await requestReset(info(), { email: made.email });
  return { ...made, token: await tokenFor(made.organizationId, made.email) };
}

describe("a forgotten password", () => {
  it("is replaced by a link that was sent to the address: all sessions end, and the person is told", async () => {
    const { organizationId, me, email, token } = await asked();
    const elsewhere = await signIn(info(), { email, password: old });
    expect(await resetPassword(info(), { token, password: fresh })).toEqual({ email });
    expect(await Promise.all([me.actor.sessionId, elsewhere.sessionId].map((id) => loadPersonCtx(id, info())))).toEqual([null, null]);
    await expect(signIn(info(), { email, password: old })).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signIn(info(), { email, password: fresh })).resolves.toHaveProperty("sessionId");
    expect((await mailsOf(organizationId, email)).map((each) => each.subject)).toEqual(["Your password was changed", "Choose a new password"]);
    expect((await eventBodies(organizationId, "people.password_changed"))[0]?.details).toEqual({ by: "a link by mail", sessionsEnded: 2 });
    expect((await eventBodies(organizationId, "people.reset_requested"))[0]?.details).toEqual({ sent: "a link" });
  });

  it("takes a link once, also when it is opened twice at the same moment", async () => {
    const { token } = await asked();
    const outcomes = await Promise.all([fresh, "another good long phrase"].map((password) => resetPassword(info(), { token, password }).then(() => "changed", (error: { code: string }) => error.code)));
    expect(outcomes.toSorted()).toEqual(["changed", "gone"]);
    await expect(resetPassword(info(), { token, password: fresh })).rejects.toMatchObject(gone);
  });

  it("takes no link that is too old, was replaced, proves an address, or never was", async () => {
    const { organizationId, me, email, token } = await asked();
    await requestReset(info(), { email });
    await expect(resetPassword(info(), { token, password: fresh })).rejects.toMatchObject(gone);
    const newer = await tokenFor(organizationId, email);
    await inside(organizationId, (tx) => tx.update(emailLink).set({ expiresAt: sql`now() - interval '1 second'` }));
    await expect(resetPassword(info(), { token: newer, password: fresh })).rejects.toMatchObject(gone);
    await requestEmail(me, { email: "other@example.test", current: old });
    await expect(resetPassword(info(), { token: await tokenFor(organizationId, "other@example.test"), password: fresh })).rejects.toMatchObject(gone);
    await expect(resetPassword(info(), { token: newToken().token, password: fresh })).rejects.toMatchObject(gone);
    await expect(signIn(info(), { email, password: old })).resolves.toHaveProperty("sessionId");
  });

  it("changes nothing of anybody else", async () => {
    const [mine, theirs] = [await asked(), await member()];
    await resetPassword(info(), { token: mine.token, password: fresh });
    await expect(signIn(info(), { email: theirs.email, password: old })).resolves.toHaveProperty("sessionId");
    expect(await loadPersonCtx(theirs.me.actor.sessionId, info())).not.toBeNull();
  });

  it("is not replaced by a weak one, nor for somebody who was suspended meanwhile", async () => {
    const { organizationId, me, token } = await asked();
    await expect(resetPassword(info(), { token, password: "password12345" })).rejects.toMatchObject({ fields: { password: expect.any(String) } });
    await inside(organizationId, (tx) => tx.update(person).set({ status: "suspended" }).where(eq(person.id, me.actor.id)));
    await expect(resetPassword(info(), { token, password: fresh })).rejects.toMatchObject(gone);
    await inside(organizationId, (tx) => tx.update(person).set({ status: "active" }).where(eq(person.id, me.actor.id)));
    await expect(resetPassword(info(), { token, password: fresh })).resolves.toBeTruthy();
  });

  it("leaves a link worthless once the password was changed otherwise", async () => {
    const { me, token } = await asked();
    await changePassword(me, { current: old, password: fresh });
    await expect(resetPassword(info(), { token, password: "another good long phrase" })).rejects.toMatchObject(gone);
  });
});

describe("asking for a new password", () => {
  it("answers the same whoever has the address, and sends to each what helps", async () => {
    const [known, suspended, sso] = [await member(), await member({ status: "suspended" }), await member({ passwordHash: null })];
    const admin = await known.as("organization_admin");
    const invited = `${newId()}@example.test`;
    await invitePerson(admin, { email: invited, name: "Ira", role: "viewer", workspaceId: null, firstDay: null, lastDay: null });
    const first = await tokenFor(known.organizationId, invited);
    for (const email of [known.email, suspended.email, sso.email, invited, "nobody@example.test"]) expect(await requestReset(info(), { email })).toEqual({ email });
    expect((await mailsOf(suspended.organizationId, suspended.email)).length).toBe(0);
    expect((await eventBodies(suspended.organizationId, "people.reset_requested"))[0]).toMatchObject({ outcome: "blocked", details: { sent: "nothing: not active" } });
    const [told] = await mailsOf(sso.organizationId, sso.email);
    expect([told?.subject, told?.text.includes("/reset/")]).toEqual(["How you sign in to Countersign", false]);
    const second = await tokenFor(known.organizationId, invited);
    await expect(acceptInvitation(info(), { token: first, name: "Ira", password: fresh })).rejects.toMatchObject(gone);
    expect(await acceptInvitation(info(), { token: second, name: "Ira", password: fresh })).toEqual({ email: invited });
  });

  it("fills nobody's inbox, and is refused to who asks for many, whether or not they exist", async () => {
    const { organizationId, email } = await member();
    for (let times = 0; times < resetPaces.account + 2; times += 1) await requestReset({ ...info(), ip: `203.0.113.${times}` }, { email });
    expect(await mailsOf(organizationId, email)).toHaveLength(resetPaces.account);
    const greedy = { ...info(), ip: "203.0.113.200" };
    const outcomes = await Promise.all(Array.from({ length: resetPaces.address + 1 }, (_, n) => requestReset(greedy, { email: `nobody-${n}@example.test` }).then(() => "answered", (error: { code: string }) => error.code)));
    expect(outcomes.filter((outcome) => outcome === "rate_limited")).toHaveLength(1);
    await expect(requestReset(greedy, { email })).rejects.toMatchObject({ code: "rate_limited" });
  });
});

describe("an address", () => {
  it("is changed by the current password and a link to the new one; the old one is told and has no link left", async () => {
    const { organizationId, me, email, token } = await asked();
    const next = `${newId()}@example.test`;
    await expect(requestEmail(me, { email: next, current: "not the one" })).rejects.toMatchObject({ fields: { current: expect.any(String) } });
    await requestEmail(me, { email: next, current: old });
    expect(await loadOwnEmail(me)).toEqual({ email, isVerified: false, hasPassword: true });
    expect(await confirmEmail(info(), { token: await tokenFor(organizationId, next) })).toEqual({ email: next });
    await expect(resetPassword(info(), { token, password: fresh })).rejects.toMatchObject(gone);
    expect((await mailsOf(organizationId, email))[0]?.subject).toBe("Your address was changed");
    await expect(signIn(info(), { email, password: old })).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signIn(info(), { email: next, password: old })).resolves.toHaveProperty("sessionId");
    expect((await eventBodies(organizationId, "people.email_changed"))[0]?.details).toEqual({ before: email, after: next });
  });

  it("is proven by its own link, once", async () => {
    const { organizationId, me, email } = await member();
    await requestEmail(me, { email, current: old });
    const token = await tokenFor(organizationId, email);
    await confirmEmail(info(), { token });
    await expect(confirmEmail(info(), { token })).rejects.toMatchObject(gone);
    const again = await loadPersonCtx(me.actor.sessionId, info());
    if (!again) throw new Error("confirming an address ends no session");
    expect(await loadOwnEmail(again)).toMatchObject({ isVerified: true });
    await expect(requestEmail(again, { email, current: old })).rejects.toMatchObject({ code: "conflict" });
  });

  it("that somebody has, here or in another organization, is neither given away nor taken", async () => {
    const [mine, theirs] = [await member(), await member()];
    expect(await requestEmail(mine.me, { email: theirs.email, current: old })).toEqual({ email: theirs.email });
    const [told] = await mailsOf(mine.organizationId, theirs.email);
    expect(told?.text).toContain("has an account already");
    expect(told?.text).not.toContain("/confirm/");
    const free = `${newId()}@example.test`;
    await requestEmail(mine.me, { email: free, current: old });
    const token = await tokenFor(mine.organizationId, free);
    await inside(theirs.organizationId, (tx) => tx.update(person).set({ email: free }).where(eq(person.id, theirs.me.actor.id)));
    await expect(confirmEmail(info(), { token })).rejects.toMatchObject({ code: "conflict" });
    expect(await inside(mine.organizationId, (tx) => tx.select({ email: person.email }).from(person).where(eq(person.id, mine.me.actor.id)))).toEqual([{ email: mine.email }]);
  });

  it("is not changed by a link for a new password, nor by an open session alone", async () => {
    const { organizationId, me, token } = await asked();
    await expect(confirmEmail(info(), { token })).rejects.toMatchObject(gone);
    await inside(organizationId, (tx) => tx.update(session).set({ revokedAt: new Date() }).where(eq(session.id, me.actor.sessionId)));
    await expect(requestEmail(me, { email: "new@example.test", current: old })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
