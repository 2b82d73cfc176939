import { createSign, generateKeyPairSync } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { session } from "@/db/schema/people";
import { ssoSession } from "@/db/schema/sso";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { connectOidc } from "@/lib/sso/connect-oidc";
import { ClaimMapping } from "@/lib/sso/mapping";
import { signOutAddress } from "@/lib/sso/sign-out-address";
import { at, organizationWith, portal, request } from "@/lib/sso/testing-flow";
import { client, forgingProvider } from "@/lib/sso/testing-oidc";
import { Browser } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { POST } from "./logout/[id]/route";
import { GET as callback } from "./oidc/[id]/route";
import { begin, finish, who } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();

let forger: Awaited<ReturnType<typeof forgingProvider>>;
let org: Awaited<ReturnType<typeof organizationWith>>;
beforeAll(async () => {
  forger = await forgingProvider();
  forger.metadata = { end_session_endpoint: `${forger.issuer}/end` };
  org = await organizationWith((admin) => connectOidc(admin, { name: "IdP", discoveryUrl: forger.issuer, ...client }), "email");
  await org.set({ mapping: ClaimMapping.parse({ defaultRole: "viewer" }) });
});
afterAll(() => forger.stop());

/** Signs somebody in whose session at the provider has this name. */
async function enter(sub: string, sid: string) {
  const email = `${sub}@${org.domain}`;
  forger.forge = (token) => ({ ...token, claims: { ...token.claims, sub, sid, email } });
  const browser = new Browser();
  const { url } = await begin(browser, email);
  const asked = new URL(url).searchParams;
  forger.nonce = asked.get("nonce") ?? "";
  const sent = new URLSearchParams({ code: "code", state: asked.get("state") ?? "", iss: forger.issuer });
  browser.take(await callback(request(browser, `${portal}/api/sso/oidc/${org.id}?${sent}`), at(org.id)));
  expect(await finish(browser)).toBe(email);
  return { browser, isIn: async () => (await who(browser)) === email };
}

const now = () => Math.floor(Date.now() / 1000);
const honest = (said: Record<string, unknown> = {}) => ({ iss: forger.issuer, aud: client.clientId, iat: now(), exp: now() + 120, jti: newId(), events: { "http://schemas.openid.net/event/backchannel-logout": {} }, ...said });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(claims: unknown, { header = { alg: "RS256", kid: "1", typ: "logout+jwt" } as Record<string, unknown>, key = forger.privateKey } = {}): string {
  const body = `${encode(header)}.${encode(claims)}`;
  return `${body}.${createSign("sha256").update(body).sign(key).toString("base64url")}`;
}

async function post(logoutToken: string, id = org.id): Promise<number> {
  const body = new URLSearchParams({ logout_token: logoutToken }).toString();
  return (await POST(request(new Browser(), `/api/sso/logout/${id}`, { method: "POST", body }), at(id))).status;
}

describe("a provider that signs somebody out", () => {
  it("ends the one session that it names, on the very next request", async () => {
    const [here, there] = [await enter("ann", "s-1"), await enter("ann", "s-2")];
    expect(await post(token(honest({ sid: "s-1" })))).toBe(200);
    expect([await here.isIn(), await there.isIn()]).toEqual([false, true]);
    expect(await eventsOf(org.organizationId)).toContain("sessions.revoked:success");
  });

  it("ends all of a person's that came by it, and nobody else's", async () => {
    const [one, two, other] = [await enter("ben", "s-3"), await enter("ben", "s-4"), await enter("cleo", "s-5")];
    const byHand = await org.as("viewer");
    expect(await post(token(honest({ sub: "ben" })))).toBe(200);
    expect([await one.isIn(), await two.isIn(), await other.isIn()]).toEqual([false, false, true]);
    expect(await loadPersonCtx(byHand.actor.sessionId, { requestId: newId(), ip: null, userAgent: null })).not.toBeNull();
    expect(await post(token(honest({ sub: "ben", sid: "s-5" })))).toBe(200);
    expect(await other.isIn()).toBe(true);
  });

  it("is not believed twice by one token", async () => {
    await enter("dan", "s-6");
    const once = token(honest({ sub: "dan" }));
    expect(await post(once)).toBe(200);
    const again = await enter("dan", "s-7");
    expect([await post(once), await again.isIn()]).toEqual([400, true]);
  });

  it.each<[string, () => string]>([
    ["of another issuer", () => token(honest({ sub: "eve", iss: "https://other.test" }))],
    ["for another client", () => token(honest({ sub: "eve", aud: "other" }))],
    ["of an hour ago", () => token(honest({ sub: "eve", iat: now() - 3600 }))],
    ["whose time is over", () => token(honest({ sub: "eve", exp: now() - 600 }))],
    ["without a time", () => token(honest({ sub: "eve", iat: undefined }))],
    ["without an id", () => token(honest({ sub: "eve", jti: undefined }))],
    ["without the event", () => token(honest({ sub: "eve", events: {} }))],
    ["of another event", () => token(honest({ sub: "eve", events: { "http://schemas.openid.net/event/other": {} } }))],
    ["that is an ID token, with a nonce", () => token(honest({ sub: "eve", nonce: "n" }))],
    ["that names nobody", () => token(honest())],
    ["by another key", () => token(honest({ sub: "eve" }), { key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey })],
    ["by no key", () => `${encode({ alg: "none" })}.${encode(honest({ sub: "eve" }))}.`],
    ["by an HMAC", () => token(honest({ sub: "eve" }), { header: { alg: "HS256", kid: "1" } })],
    ["that is none", () => "hello"],
  ])("is not believed with a token %s", async (_, forged) => {
    const eve = await enter("eve", `s-${newId()}`);
    expect([await post(forged()), await eve.isIn()]).toEqual([400, true]);
  });

  it("ends nobody's session of another organization's connection", async () => {
    const fay = await enter("fay", "s-8");
    const foreign = await organizationWith((admin) => connectOidc(admin, { name: "IdP", discoveryUrl: forger.issuer, ...client }), "email");
    expect([await post(token(honest({ sub: "fay" })), foreign.id), await fay.isIn()]).toEqual([200, true]);
    expect(await post(token(honest({ sub: "fay" })), newId())).toBe(404);
  });
});

describe("signing out here", () => {
  it("leads to the provider's end of its session, with the ID token of just this one", async () => {
    await enter("gus", "s-9");
    const [row] = await inside(org, (tx) => tx.select({ id: session.id, idToken: ssoSession.idToken }).from(session).innerJoin(ssoSession, eq(ssoSession.sessionId, session.id)).where(eq(ssoSession.sessionIndex, "s-9")));
    const ctx = await loadPersonCtx(row?.id ?? "", { requestId: newId(), ip: null, userAgent: null });
    if (!ctx) throw new Error("nobody is signed in");
    const address = new URL((await signOutAddress(ctx)) ?? "");
    expect([`${address.origin}${address.pathname}`, address.searchParams.get("post_logout_redirect_uri")]).toEqual([`${forger.issuer}/end`, "http://localhost:3000/sign-in"]);
    const hint = address.searchParams.get("id_token_hint") ?? "";
    expect(JSON.parse(Buffer.from(hint.split(".")[1] ?? "", "base64url").toString())).toMatchObject({ sub: "gus", sid: "s-9" });
    expect(row?.idToken?.includes(hint)).toBe(false);
  });

  it("stays here where the provider has no such address, leads out of the network, or is away", async () => {
    await enter("hal", "s-10");
    const [row] = await inside(org, (tx) => tx.select({ id: ssoSession.sessionId }).from(ssoSession).where(eq(ssoSession.sessionIndex, "s-10")));
    const ctx = await loadPersonCtx(row?.id ?? "", { requestId: newId(), ip: null, userAgent: null });
    if (!ctx) throw new Error("nobody is signed in");
    const before = forger.metadata;
    for (const metadata of [{}, { end_session_endpoint: "http://169.254.169.254/" }, { issuer: "https://other.test" }]) {
      forger.metadata = metadata;
      expect(await signOutAddress(ctx)).toBeNull();
    }
    forger.metadata = before;
    const byHand = await org.as("viewer");
    expect(await signOutAddress(byHand)).toBeNull();
  });
});
