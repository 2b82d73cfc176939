import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { offerSecondStepAction, sendSecondStepAction } from "@/app/(auth)/sign-in/second/actions";
import { beginTotpAction, confirmTotpAction, proveAction } from "@/app/(portal)/account/actions";
import { pendingSignIn } from "@/db/schema/factor";
import { person, session } from "@/db/schema/people";
import { sessionCookie } from "@/lib/auth/cookie";
import { deviceCookie } from "@/lib/auth/device";
import { hashPassword } from "@/lib/auth/password";
import { secondStepCookie } from "@/lib/auth/second-step-cookie";
import { paces } from "@/lib/auth/throttle";
import { currentSession } from "@/lib/ctx/session";
import { loadPendingSignIn } from "@/lib/mfa/load-pending";
import { addMailCodes, addPhone, givePassword, mailedCode, password, provePassword, setRules } from "@/lib/mfa/testing";
import { newId } from "@/lib/id";
import { removePerson } from "@/lib/people/remove";
import { inside } from "@/lib/runs/testing";
import { Browser, browse } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { first, post, who } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();
afterEach(() => void vi.useRealTimers());
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";

/** Somebody with a password and an authenticator app, and the browser at which they sit. */
async function member() {
  // Codes change with the clock: a slow machine must not make one of them old.
  vi.useFakeTimers({ toFake: ["Date"] });
  const t = await tenant();
  const ctx = await t.as("supervisor");
  await givePassword(ctx);
  await provePassword(ctx, "factors.add", ctx.actor.id);
  return { ...t, ctx, app: await addPhone(ctx), email: ctx.actor.email, personId: ctx.actor.id, browser: new Browser() };
}

const second = (browser: Browser, code: string) => post(browser, "second-step", { method: "totp", code });
const cookieOf = (browser: Browser) => browser.jar.get(secondStepCookie().name);

const sessionsOf = (t: { organizationId: string }, personId: string) => inside(t, async (tx) => (await tx.select().from(session).where(eq(session.personId, personId))).length);

describe("signing in with a second factor", () => {
  it("opens the session at the second step, and keeps what was proved", async () => {
    const { browser, email, app, personId, ctx, organizationId } = await member();
    expect(await first(browser, email)).toMatchObject({ status: 401, error: "second-step" });
    expect([await who(browser), browser.jar.has(sessionCookie().name), browser.jar.has(deviceCookie().name)]).toEqual([null, false, false]);
    expect(await loadPendingSignIn({ requestId: newId(), ip: null, userAgent: null }, cookieOf(browser))).toEqual({ kinds: ["totp"], rememberDays: 30 });
    expect(await second(browser, app.code())).toMatchObject({ status: 200, error: null });
    expect(await who(browser)).toBe(personId);
    expect(cookieOf(browser)).toBeUndefined();
    browse(browser);
    const sessionId = (await currentSession())?.actor.sessionId ?? "";
    const [row] = await inside(ctx, (tx) => tx.select({ method: session.method, factor: session.factor }).from(session).where(eq(session.id, sessionId)));
    expect(row).toEqual({ method: "password", factor: "totp" });
    expect(await eventsOf(organizationId)).toEqual(expect.arrayContaining(["sessions.second_step_asked:success", "sessions.signed_in:success"]));
  });

  it("gives a cookie that no script reads and that goes nowhere else", async () => {
    const { browser, email } = await member();
    await first(browser, email);
    const { options } = browser.given.get(secondStepCookie().name) ?? {};
    expect(options).toMatchObject({ httpOnly: true, sameSite: "strict", path: "/", maxAge: 600 });
  });

  it("says the same of a wrong password as to everybody, and asks for no second step", async () => {
    const { browser, email } = await member();
    const plain = await (await tenant()).as("viewer");
    await givePassword(plain);
    expect(await first(browser, email, "wrong")).toEqual(await first(new Browser(), plain.actor.email, "wrong"));
    expect(cookieOf(browser)).toBeUndefined();
    expect(await first(new Browser(), plain.actor.email)).toMatchObject({ status: 200 });
  });

  it("takes a recovery code in the place of the factor, once", async () => {
    const { browser, email, app, personId } = await member();
    const [code = ""] = app.recoveryCodes;
    const recover = (from: Browser) => post(from, "second-step", { method: "recovery", code });
    await first(browser, email);
    expect(await recover(browser)).toMatchObject({ status: 200 });
    expect(await who(browser)).toBe(personId);
    const again = new Browser("192.0.2.99");
    await first(again, email);
    expect(await recover(again)).toMatchObject({ status: 401, error: "refused" });
    expect(await who(again)).toBeNull();
  });
});

describe("a code by mail in the second step", () => {
  /** Somebody who has nothing else. */
  async function mailMember() {
    vi.useFakeTimers({ toFake: ["Date"] });
    const t = await tenant();
    const ctx = await t.as("supervisor");
    await givePassword(ctx);
    await setRules(t, { weakFactors: ["email"] });
    await provePassword(ctx, "factors.add", ctx.actor.id);
    await addMailCodes(ctx);
    return { ...t, ctx, email: ctx.actor.email, personId: ctx.actor.id, browser: new Browser() };
  }
  const send = (browser: Browser) => {
    browse(browser);
    return sendSecondStepAction(null, { kind: "email" });
  };
  const typed = (browser: Browser, code: string) => post(browser, "second-step", { method: "email", code });

  it("is sent once it is asked for, to one's own address, and opens the session", async () => {
    const { browser, email, personId, ctx } = await mailMember();
    const before = await mailedCode(ctx, email);
    await first(browser, email);
    expect(await mailedCode(ctx, email)).toBe(before);
    expect(await send(browser)).toMatchObject({ ok: true, value: { to: `s•••@${email.split("@")[1]}` } });
    expect(await typed(browser, before)).toMatchObject({ error: "refused" });
    expect(await typed(browser, await mailedCode(ctx, email))).toMatchObject({ status: 200 });
    expect(await who(browser)).toBe(personId);
  });

  it("is good for the sign-in alone that asked for it", async () => {
    const { browser, email, ctx } = await mailMember();
    const other = new Browser("203.0.113.9");
    await first(browser, email);
    await first(other, email);
    await send(browser);
    const code = await mailedCode(ctx, email);
    expect(await typed(other, code)).toMatchObject({ error: "refused" });
    expect(await typed(browser, code)).toMatchObject({ status: 200 });
    expect(await typed(other, code)).toMatchObject({ error: "refused" });
  });

  it("is neither sent nor taken in the place of a stronger factor where the role requires one", async () => {
    const { browser, email, ctx, organizationId } = await mailMember();
    await provePassword(ctx, "factors.add", ctx.actor.id);
    const app = await addPhone(ctx);
    await first(browser, email);
    await send(browser);
    const code = await mailedCode(ctx, email);
    await setRules({ organizationId }, { factorRoles: ["supervisor"] });
    expect(await loadPendingSignIn({ requestId: newId(), ip: null, userAgent: null }, cookieOf(browser))).toMatchObject({ kinds: ["totp"] });
    expect(await typed(browser, code)).toMatchObject({ error: "refused" });
    expect(await send(browser)).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(await second(browser, app.code())).toMatchObject({ status: 200 });
  });
});

describe("attacks on the second step", () => {
  it("a code is refused the second time in its own half minute, elsewhere too", async () => {
    const { browser, email, app } = await member();
    const thief = new Browser("203.0.113.9");
    await first(browser, email);
    await first(thief, email);
    expect(await second(browser, app.code())).toMatchObject({ status: 200 });
    expect(await second(thief, app.code())).toMatchObject({ status: 401, error: "refused" });
    expect(await who(thief)).toBeNull();
  });

  it("guesses wait longer and longer, from wherever they come, and open nothing", async () => {
    const { email, app, ctx, personId } = await member();
    const before = await sessionsOf(ctx, personId);
    const browsers = Array.from({ length: 3 }, (_, at) => new Browser(`203.0.113.${20 + at}`));
    for (const browser of browsers) await first(browser, email);
    const [one = new Browser(), two = new Browser(), three = new Browser()] = browsers;
    for (let tries = 0; tries <= paces.factor.free; tries += 1) expect(await second([one, two][tries % 2] ?? one, app.code(10))).toMatchObject({ error: "refused" });
    const outcomes = [await second(three, app.code(10)), await second(three, app.code())];
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 429, error: expect.stringMatching(/^wait:\d+$/) });
    expect(await sessionsOf(ctx, personId)).toBe(before);
  });

  it("without the first step there is no second, whatever the cookie says", async () => {
    const { browser, app, personId } = await member();
    for (const cookie of [undefined, "x".repeat(43), newId(), "../../etc"]) {
      if (cookie) browser.jar.set(secondStepCookie().name, cookie);
      expect(await second(browser, app.code())).toMatchObject({ status: 401, error: "ended" });
      browse(browser);
      expect(await offerSecondStepAction(null, {})).toMatchObject({ ok: false, error: { code: "gone" } });
    }
    expect(await who(browser)).not.toBe(personId);
  });

  it("the token of the first step opens no session and no action by itself", async () => {
    const { browser, email } = await member();
    await first(browser, email);
    const token = cookieOf(browser) ?? "";
    browser.jar.set(sessionCookie().name, token);
    expect(await who(browser)).toBeNull();
    browse(browser);
    for (const answer of [await beginTotpAction(null, { name: "Mine" }), await confirmTotpAction(null, { id: newId(), code: "123456" }), await proveAction(null, { verb: "factors.add", object: "x", proof: { method: "password", password } })]) {
      expect(answer).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
    }
  });

  it("one's own factor does not complete the sign-in of somebody else, nor does an id in the form", async () => {
    const [victim, mallory] = [await member(), await member()];
    const browser = new Browser();
    await first(browser, victim.email);
    expect(await second(browser, mallory.app.code())).toMatchObject({ error: "refused" });
    const fields = { method: "totp", code: mallory.app.code(1), personId: mallory.personId, organizationId: mallory.organizationId, email: mallory.email };
    expect(await post(browser, "second-step", fields)).toMatchObject({ error: "refused" });
    expect(await post(browser, "second-step", { method: "recovery", code: mallory.app.recoveryCodes[0] ?? "" })).toMatchObject({ error: "refused" });
    expect(await who(browser)).toBeNull();
  });

  it("a sign-in is completed once, by one of several at the same moment", async () => {
    const { browser, email, app, ctx, personId } = await member();
    await first(browser, email);
    const copies = Array.from({ length: 3 }, (_, at) => browser.stolen(`203.0.113.${40 + at}`));
    const before = await sessionsOf(ctx, personId);
    for (const [at, copy] of copies.entries()) await post(copy, "second-step", { method: "recovery", code: app.recoveryCodes[at] ?? "" });
    expect(await sessionsOf(ctx, personId)).toBe(before + 1);
    const late = browser.stolen();
    expect(await second(late, app.code())).toMatchObject({ error: "ended" });
  });

  it.each<[string, (m: Awaited<ReturnType<typeof member>>) => Promise<unknown>]>([
    ["ten minutes went by", ({ ctx }) => inside(ctx, (tx) => tx.update(pendingSignIn).set({ expiresAt: sql`now() - interval '1 second'` }))],
    ["the password was changed", async ({ ctx }) => {
      const passwordHash = await hashPassword("violet harbor pencil engine");
      return inside(ctx, (tx) => tx.update(person).set({ passwordHash }).where(eq(person.id, ctx.actor.id)));
    }],
    ["the person was removed", async ({ as, personId }) => removePerson(await as("organization_admin"), { id: personId })],
  ])("nothing is completed after %s", async (_, happen) => {
    const m = await member();
    await first(m.browser, m.email);
    await happen(m);
    expect(await second(m.browser, m.app.code())).toMatchObject({ status: 401, error: "ended" });
    expect(await who(m.browser)).toBeNull();
  });
});
