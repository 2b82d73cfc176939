import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { encode } from "next-auth/jwt";
import { NextRequest } from "next/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { and, eq, like } from "drizzle-orm";
import { notice } from "@/db/schema/message";
import { person, roleGrant } from "@/db/schema/people";
import { changePasswordAction, revokeOtherSessionsAction } from "@/app/(portal)/account/actions";
import { leave } from "@/app/(portal)/sign-out";
import { GET as live } from "@/app/api/live/route";
import { sessionCookie, sessionToken } from "@/lib/auth/cookie";
import { deviceCookie } from "@/lib/auth/device";
import { hashPassword } from "@/lib/auth/password";
import { paces } from "@/lib/auth/throttle";
import { currentSession } from "@/lib/ctx/session";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { removePerson } from "@/lib/people/remove";
import { inside } from "@/lib/runs/testing";
import { Browser, browse } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { GET, POST } from "./[...nextauth]/route";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();
afterEach(() => void vi.useRealTimers());
/** The first wait is two seconds: a machine that takes longer for one password would let the next guess through. */
const stopTheClock = () => vi.useFakeTimers({ toFake: ["Date"] });
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";

const password = "quarter lantern orbit mosaic";
const hash = hashPassword(password);

async function member(role: "supervisor" | "auditor" = "supervisor") {
  const t = await tenant();
  const { actor } = await t.as(role);
  const passwordHash = await hash;
  await inside(t, (tx) => tx.update(person).set({ passwordHash }).where(eq(person.id, actor.id)));
  return { ...t, personId: actor.id, email: actor.email };
}

const context = (path: string) => ({ params: Promise.resolve({ nextauth: path.split("/") }) });
const at = (path: string) => `http://localhost:3000/api/auth/${path}`;

async function get(browser: Browser, path: string): Promise<Response> {
  browse(browser);
  return browser.take(await GET(new NextRequest(at(path)), context(path)));
}

/** The two requests of the sign-in page. */
async function enter(browser: Browser, email: string, typed = password): Promise<Response> {
  const { csrfToken } = (await (await get(browser, "csrf")).json()) as { csrfToken: string };
  const body = new URLSearchParams({ email, password: typed, csrfToken, callbackUrl: "http://localhost:3000/", json: "true" }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
  return browser.take(await POST(new NextRequest(at("callback/credentials"), { method: "POST", body, headers }), context("callback/credentials")));
}

async function who(browser: Browser): Promise<string | null> {
  browse(browser);
  return (await currentSession())?.actor.id ?? null;
}

const cookieName = () => sessionCookie().name;

describe("signing in", () => {
  it("keeps no session that was there before, and ends it", async () => {
    const [mallory, victim] = [await member(), await member()];
    const attacker = new Browser();
    await enter(attacker, mallory.email);
    const planted = attacker.jar.get(cookieName());
    const browser = attacker.stolen();
    expect((await enter(browser, victim.email)).status).toBe(200);
    expect(browser.jar.get(cookieName())).not.toBe(planted);
    expect(await who(browser)).toBe(victim.personId);
    expect(await who(attacker)).toBeNull();
    expect(await eventsOf(mallory.organizationId)).toContain("sessions.signed_out:success");
  });

  it("makes a session of its own each time, which ends when the same browser signs in again", async () => {
    const { email, personId } = await member();
    const browser = new Browser();
    await enter(browser, email);
    const first = browser.stolen();
    await enter(browser, email);
    expect([await who(first), await who(browser)]).toEqual([null, personId]);
  });

  it("gives cookies that no script reads and that go to this host alone", async () => {
    const { email } = await member();
    const browser = new Browser();
    await enter(browser, email);
    for (const name of [cookieName(), deviceCookie().name]) {
      const options = Object.fromEntries(Object.entries(browser.given.get(name)?.options ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
      expect(options).toMatchObject({ httponly: true, path: "/" });
      expect(String(options.samesite).toLowerCase()).toBe("lax");
      expect(options).not.toHaveProperty("domain");
    }
    env().APP_URL = "https://portal.example";
    expect([sessionCookie(), deviceCookie()]).toMatchObject([
      { name: "__Host-countersign.session", options: { secure: true, httpOnly: true, path: "/" } },
      { name: "__Host-countersign.device", options: { secure: true, httpOnly: true, path: "/" } },
    ]);
    env().APP_URL = "http://localhost:3000";
  });

  it("answers who guesses with how long to wait, tells the person once, and lets their own browser in meanwhile", async () => {
    stopTheClock();
    const victim = await member();
    const browser = new Browser("192.0.2.50");
    await enter(browser, victim.email);
    browse(browser);
    await leave().catch(() => null);
    const guesser = new Browser("192.0.2.50");
    let last = await enter(guesser, victim.email, "wrong");
    for (let tries = 0; tries < paces.pair.free + 1; tries += 1) last = await enter(guesser, victim.email, "wrong");
    expect(last.status).toBe(429);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(decodeURIComponent(((await last.json()) as { url: string }).url)).toMatch(/error=wait:\d+$/);
    expect((await enter(guesser, victim.email)).status).toBe(429);
    expect((await enter(browser, victim.email)).status).toBe(200);
    const told = await inside(victim, (tx) => tx.select().from(notice).where(and(eq(notice.personId, victim.personId), like(notice.title, "Somebody tried%"))));
    expect(told).toHaveLength(1);
    expect(told[0]?.body).toContain("192.0.2.50");
  });

  it("does not take a device's cookie for another account, nor for a session", async () => {
    stopTheClock();
    const [mallory, victim] = [await member(), await member()];
    const attacker = new Browser("192.0.2.60");
    await enter(attacker, mallory.email);
    for (let tries = 0; tries < paces.pair.free + 1; tries += 1) await enter(attacker, victim.email, "wrong");
    expect((await enter(attacker, victim.email, "wrong")).status).toBe(429);
    const forged = new Browser();
    forged.jar.set(cookieName(), attacker.jar.get(deviceCookie().name) ?? "");
    expect(await who(forged)).toBeNull();
  });
});

describe("a copied cookie", () => {
  it("opens nothing from the request after sign-out on, and ends an open stream", async () => {
    const { email, personId } = await member();
    const browser = new Browser();
    await enter(browser, email);
    const thief = browser.stolen();
    expect(await who(thief)).toBe(personId);
    browse(thief);
    const stream = await live(new Request("http://localhost:3000/api/live?topic=approvals"), { params: Promise.resolve({}) });
    expect(stream.status).toBe(200);
    browse(browser);
    await expect(leave()).rejects.toThrow("NEXT_REDIRECT");
    expect(browser.jar.has(cookieName())).toBe(false);
    expect(await who(thief)).toBeNull();
    expect((await live(new Request("http://localhost:3000/api/live?topic=approvals"), { params: Promise.resolve({}) })).status).toBe(401);
    expect(await revokeOtherSessionsAction(null, {})).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
    expect(await stream.text()).toMatch(/event: ready[^]*event: session-ended\ndata: ended\n\n$/);
  });

  it("is worth nothing after the password was changed, or after signing out everywhere else, while the browser goes on", async () => {
    const { email, personId } = await member();
    const browser = new Browser();
    await enter(browser, email);
    for (const end of [() => revokeOtherSessionsAction(null, {}), () => changePasswordAction(null, { current: password, password: "violet harbor pencil engine" })]) {
      const thief = browser.stolen();
      browse(browser);
      const done = await end();
      expect(done).toMatchObject({ ok: true });
      expect(JSON.stringify(done)).not.toContain("sessionId");
      expect([await who(thief), await who(browser)]).toEqual([null, personId]);
    }
  });

  it("is worth nothing once the person was removed, or their last role ended", async () => {
    const [gone, past] = [await member(), await member("auditor")];
    const browsers = [new Browser(), new Browser()] as const;
    await enter(browsers[0], gone.email);
    await enter(browsers[1], past.email);
    await removePerson(await gone.as("organization_admin"), { id: gone.personId });
    await inside(past, (tx) => tx.update(roleGrant).set({ validFrom: new Date(0), validUntil: new Date(Date.now() - 1000) }).where(eq(roleGrant.personId, past.personId)));
    for (const browser of browsers) expect(await who(browser)).toBeNull();
    for (const [browser, { email }] of [[browsers[0], gone], [browsers[1], past]] as const) expect((await enter(browser, email)).status).toBe(401);
  });
});

const part = (value: object | Buffer) => (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString("base64url");
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

/** A JWT signed with HMAC (RFC 7515), or with nothing at all. */
function signed(sid: string, key: string | null): string {
  const text = `${part({ alg: key === null ? "none" : "HS256", typ: "JWT" })}.${part({ sid, exp: inAnHour() })}`;
  return `${text}.${key === null ? "" : createHmac("sha256", key).update(text).digest("base64url")}`;
}

/** A JWT encrypted with the key as it is (RFC 7516, 'dir' with A256GCM), as next-auth's are with a derived one. */
function encrypted(sid: string, key: Buffer): string {
  const header = part({ alg: "dir", enc: "A256GCM" });
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(header));
  const text = Buffer.concat([cipher.update(JSON.stringify({ sid, exp: inAnHour() })), cipher.final()]);
  return [header, "", part(iv), part(text), part(cipher.getAuthTag())].join(".");
}

describe("a forged token", () => {
  it.each<[string, (sid: string) => Promise<string>]>([
    ["without a signature", async (sid) => signed(sid, null)],
    ["signed, not encrypted, with the secret itself", async (sid) => signed(sid, env().AUTH_SECRET)],
    ["encrypted with the secret as it is", async (sid) => encrypted(sid, Buffer.from(env().AUTH_SECRET.slice(0, 32)))],
    ["of another installation", (sid) => encode({ token: { sid }, secret: "another-secret-another-secret-another" })],
    ["of another purpose", (sid) => encode({ token: { sid }, secret: env().AUTH_SECRET, salt: "countersign device" })],
    ["that has expired", (sid) => encode({ token: { sid }, secret: env().AUTH_SECRET, maxAge: -60 })],
    ["one letter of which is another", async (sid) => (await sessionToken(sid)).replace(/.(?=.{30}$)/, (letter) => (letter === "A" ? "B" : "A"))],
    ["without a session", () => encode({ token: { sub: newId() }, secret: env().AUTH_SECRET })],
    ["with something else for a session", () => encode({ token: { sid: "' or true --" }, secret: env().AUTH_SECRET })],
    ["with a session that is not there", () => sessionToken(newId())],
    ["that is no token", async () => "x".repeat(5000)],
  ])("%s opens nothing", async (_, forge) => {
    const { as } = await tenant();
    const { actor } = await as("super_admin");
    const browser = new Browser();
    browser.jar.set(cookieName(), await forge(actor.sessionId));
    expect(await who(browser)).toBeNull();
    // The same with the real one, so that what is refused above is refused for its forgery.
    browser.jar.set(cookieName(), await sessionToken(actor.sessionId));
    expect(await who(browser)).toBe(actor.id);
  });
});

it("next-auth's other addresses are not there", async () => {
  const browser = new Browser();
  for (const path of ["session", "providers", "signin", "signout", "error", "verify-request", "_log", "callback/credentials", "signin/credentials", "new-user"]) expect([path, (await get(browser, path)).status]).toEqual([path, 404]);
  for (const path of ["_log", "session", "signout", "signin/credentials"]) {
    browse(browser);
    const answer = await POST(new NextRequest(at(path), { method: "POST", body: "x=1", headers: { "content-type": "application/x-www-form-urlencoded", "content-length": "3" } }), context(path));
    expect([path, answer.status]).toEqual([path, 404]);
  }
});
