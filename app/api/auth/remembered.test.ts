import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { revokeOtherSessionsAction } from "@/app/(portal)/account/actions";
import { rememberedDevice } from "@/db/schema/factor";
import { person, session } from "@/db/schema/people";
import { deviceCookie } from "@/lib/auth/device";
import { rememberedCookie } from "@/lib/auth/remembered-cookie";
import { currentSession } from "@/lib/ctx/session";
import { newId } from "@/lib/id";
import { forgetDevice } from "@/lib/mfa/forget-device";
import { listRemembered } from "@/lib/mfa/list-remembered";
import { prove } from "@/lib/mfa/prove";
import { removeFactor } from "@/lib/mfa/remove-factor";
import { resetFactors } from "@/lib/mfa/reset-factors";
import { addPhone, givePassword, password, provePassword, setRules } from "@/lib/mfa/testing";
import { createKey } from "@/lib/keys/create";
import { changePassword } from "@/lib/people/change-password";
import { reactivatePerson } from "@/lib/people/reactivate";
import { suspendPerson } from "@/lib/people/suspend";
import { inside } from "@/lib/runs/testing";
import { Browser, browse } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { first, post, who } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();
afterEach(() => void vi.useRealTimers());

/** Somebody with an authenticator app whose browser was remembered at a sign-in. */
async function remembered(role: "supervisor" | "agent_manager" = "supervisor") {
  vi.useFakeTimers({ toFake: ["Date"] });
  const t = await tenant();
  const ctx = await t.as(role);
  await givePassword(ctx);
  await provePassword(ctx, "factors.add", ctx.actor.id);
  const app = await addPhone(ctx);
  const browser = new Browser();
  await first(browser, ctx.actor.email);
  await post(browser, "second-step", { method: "totp", code: app.code(), remember: "true" });
  return { ...t, ctx, app, browser, email: ctx.actor.email, name: rememberedCookie(ctx.actor.email).name };
}

const asked = { error: "second-step" };

describe("a remembered browser", () => {
  it("does without the second step, says so in the audit, and is listed with place and last use", async () => {
    const { browser, email, ctx, organizationId, name } = await remembered();
    expect(browser.given.get(name)?.options).toMatchObject({ httpOnly: true, sameSite: "strict", path: "/", maxAge: 30 * 86_400 });
    expect(await first(browser, email)).toMatchObject({ status: 200, error: null });
    expect(await who(browser)).toBe(ctx.actor.id);
    browse(browser);
    const sessionId = (await currentSession())?.actor.sessionId ?? "";
    expect(await inside(ctx, (tx) => tx.select({ factor: session.factor }).from(session).where(eq(session.id, sessionId)))).toEqual([{ factor: "remembered" }]);
    expect(await listRemembered(ctx)).toMatchObject([{ ip: browser.ip, lastUsedAt: expect.any(Date) }]);
    expect(await eventsOf(organizationId)).toContain("sessions.browser_remembered:success");
    expect(JSON.stringify(await inside(ctx, (tx) => tx.select().from(rememberedDevice)))).not.toContain(browser.jar.get(name));
  });

  it("is not remembered unless it asks, nor by a recovery code, nor where the organization does not offer it", async () => {
    const { app, email, organizationId, as, ctx } = await remembered();
    const plain = new Browser("203.0.113.7");
    await first(plain, email);
    await post(plain, "second-step", { method: "totp", code: app.code(1) });
    expect(await first(plain, email)).toMatchObject(asked);
    await post(plain, "second-step", { method: "recovery", code: app.recoveryCodes[0] ?? "", remember: "true" });
    expect(await who(plain)).toBe(ctx.actor.id);
    expect(await first(plain, email)).toMatchObject(asked);
    const admin = await as("workspace_admin");
    await givePassword(admin);
    await provePassword(admin, "factors.add", admin.actor.id);
    const phone = await addPhone(admin);
    for (const days of [0, 30]) {
      await setRules({ organizationId }, { rememberAdminDays: days });
      await first(plain, admin.actor.email);
      await post(plain, "second-step", { method: "totp", code: phone.code(days === 0 ? 0 : 1), remember: "true" });
      expect(await first(plain, admin.actor.email)).toMatchObject(days === 0 ? asked : { status: 200 });
    }
  });

  it("gives no fresh proof", async () => {
    const { browser, email, agentId } = await remembered("agent_manager");
    await first(browser, email);
    browse(browser);
    const here = await currentSession();
    if (!here) throw new Error("nobody is signed in");
    await expect(createKey(here, { agentId, name: "New", scopes: ["actions.view"] })).rejects.toMatchObject({ code: "fresh_proof_needed", freshProof: { ways: ["totp"] } });
  });
});

type Remembered = Awaited<ReturnType<typeof remembered>>;

describe("attacks with the cookie of a remembered browser", () => {
  it("it is worth nothing for somebody else, in another browser, or altered", async () => {
    const { browser, email, name, as, app } = await remembered();
    const token = browser.jar.get(name) ?? "";
    const other = await as("supervisor");
    await givePassword(other);
    await provePassword(other, "factors.add", other.actor.id);
    await addPhone(other);
    browser.jar.set(rememberedCookie(other.actor.email).name, token);
    expect(await first(browser, other.actor.email)).toMatchObject(asked);
    const thief = new Browser();
    thief.jar.set(name, token);
    expect(await first(thief, email)).toMatchObject(asked);
    // With a mark of the thief's own, as any browser that signed in has one.
    await first(thief, email);
    await post(thief, "second-step", { method: "totp", code: app.code(1) });
    expect(thief.jar.has(deviceCookie().name)).toBe(true);
    expect(await first(thief, email)).toMatchObject(asked);
    for (const altered of [`${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`, token.slice(1), `${token}A`, "", newId()]) {
      browser.jar.set(name, altered);
      expect(await first(browser, email)).toMatchObject(asked);
    }
    browser.jar.set(name, token);
    expect(await first(browser, email)).toMatchObject({ status: 200 });
  });

  it("it does not stand in for the password", async () => {
    const { browser, email } = await remembered();
    expect(await first(browser, email, "wrong")).toMatchObject({ status: 401, error: "refused" });
  });

  it.each<[string, (m: Remembered) => Promise<unknown>]>([
    ["it was forgotten", async ({ ctx }) => forgetDevice(ctx, { id: (await listRemembered(ctx))[0]?.id ?? "" })],
    ["its days are over", ({ ctx }) => inside(ctx, (tx) => tx.update(rememberedDevice).set({ expiresAt: sql`now()` }))],
    ["the organization gives fewer days", async (m) => {
      await inside(m, (tx) => tx.update(rememberedDevice).set({ createdAt: sql`now() - interval '3 days'` }));
      await setRules(m, { rememberDays: 2 });
    }],
    ["the organization offers it no more", (m) => setRules(m, { rememberDays: 0 })],
    ["its person signed out everywhere else", async ({ browser }) => {
      browse(browser);
      return revokeOtherSessionsAction(null, {});
    }],
    ["a factor was removed", async ({ ctx, app }) => {
      await prove(ctx, { verb: "factors.add", object: ctx.actor.id, proof: { method: "recovery", code: app.recoveryCodes[0] ?? "" } });
      await addPhone(ctx, "Tablet");
      await prove(ctx, { verb: "factors.remove", object: app.id, proof: { method: "recovery", code: app.recoveryCodes[1] ?? "" } });
      await removeFactor(ctx, { id: app.id });
    }],
    ["the factors were reset and set up anew", async ({ ctx, as }) => {
      const admin = await as("organization_admin");
      await resetFactors(admin, { id: ctx.actor.id });
      await provePassword(ctx, "factors.add", ctx.actor.id);
      await addPhone(ctx);
    }],
    ["its person was suspended for a while", async ({ ctx, as }) => {
      const admin = await as("organization_admin");
      await suspendPerson(admin, { id: ctx.actor.id });
      await reactivatePerson(admin, { id: ctx.actor.id });
    }],
    ["its person got another role, for which it is not offered", async ({ ctx, organizationId }) => inside({ organizationId }, (tx) => tx.execute(sql`update role_grant set role = 'organization_admin' where person_id = ${ctx.actor.id}`))],
  ])("it is worth nothing after %s", async (_, happen) => {
    const m = await remembered();
    const kept = m.browser.stolen(m.browser.ip);
    await happen(m);
    expect(await first(kept, m.email)).toMatchObject(asked);
  });

  it("it is worth nothing after the password was changed", async () => {
    const { browser, email, ctx } = await remembered();
    const changed = "violet harbor pencil engine";
    await changePassword(ctx, { current: password, password: changed });
    expect(await first(browser, email, changed)).toMatchObject(asked);
  });

  it("it does not do from a new country, nor with another kind of browser", async () => {
    const { browser, email, ctx } = await remembered();
    await inside(ctx, (tx) => tx.update(session).set({ country: "AT", createdAt: sql`now() - interval '3 days'` }).where(eq(session.personId, ctx.actor.id)));
    const tokyo = browser.stolen("133.242.0.1");
    expect(await first(tokyo, email)).toMatchObject(asked);
    await inside(ctx, (tx) => tx.update(rememberedDevice).set({ userAgent: "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0" }));
    expect(await first(browser, email)).toMatchObject(asked);
  });

  it("nobody forgets somebody else's", async () => {
    const { ctx, as } = await remembered();
    const [row] = await listRemembered(ctx);
    for (const other of [await as("super_admin"), await (await tenant()).as("super_admin")]) {
      expect(await listRemembered(other)).toEqual([]);
      await expect(forgetDevice(other, { id: row?.id ?? "" })).rejects.toMatchObject({ code: "not_found" });
    }
    await inside(ctx, (tx) => tx.update(person).set({ name: "Still here" }).where(eq(person.id, ctx.actor.id)));
    expect(await listRemembered(ctx)).toHaveLength(1);
  });
});
