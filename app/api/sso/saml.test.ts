import { inflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { eq } from "drizzle-orm";
import { person } from "@/db/schema/people";
import { callbackAddress, entityId } from "@/lib/sso/addresses";
import { connectSaml, ConnectSamlInput } from "@/lib/sso/connect-saml";
import { listTrouble } from "@/lib/sso/list-trouble";
import { ClaimMapping } from "@/lib/sso/mapping";
import { at, organizationWith, request } from "@/lib/sso/testing-flow";
import { type Answer, answer, makeKey, posted, responseXml, signed } from "@/lib/sso/testing";
import { inside } from "@/lib/runs/testing";
import { Browser } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { GET, POST } from "./saml/[id]/route";
import { begin, finish, leadsTo, ledTo } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();

const key = makeKey();
const issuer = "https://idp.example.test";

let org: Awaited<ReturnType<typeof organizationWith>>;
beforeAll(async () => {
  const input = { name: "IdP", issuer, signInUrl: `${issuer}/sso`, certificate: key.certificate };
  org = await organizationWith((admin) => connectSaml(admin, ConnectSamlInput.parse(input)), "NameID");
});

type Begun = { requestId: string; relayState: string };

async function start(browser: Browser): Promise<Begun> {
  const { url } = await begin(browser, `a@${org.domain}`);
  const { searchParams } = new URL(url);
  const xml = inflateRawSync(Buffer.from(searchParams.get("SAMLRequest") ?? "", "base64")).toString();
  return { requestId: / ID="([^"]+)"/.exec(xml)?.[1] ?? "", relayState: searchParams.get("RelayState") ?? "" };
}

const answerFor = (inResponseTo: string | null, given: Partial<Answer> = {}) =>
  answer({ recipient: callbackAddress("saml", org.id), audience: entityId(org.id), inResponseTo, nameId: `ann@${org.domain}`, ...given });

/** The page of an identity provider posts, from another site: without this portal's cookies. */
async function post(xml: string, relayState: string | null, id = org.id): Promise<Response> {
  const body = new URLSearchParams({ SAMLResponse: posted(xml), ...(relayState ? { RelayState: relayState } : {}) }).toString();
  return POST(request(new Browser(), `/api/sso/saml/${id}`, { method: "POST", body }), at(id));
}

/** The browser follows where that led, now with its cookies. */
async function follow(browser: Browser, to: string): Promise<string> {
  return to.startsWith("/api/sso/saml/") ? leadsTo(browser.take(await GET(request(browser, to), at(org.id)))) : to;
}

const enter = async (browser: Browser, { relayState }: Begun, xml: string) => follow(browser, leadsTo(await post(xml, relayState)));

describe("signing in by SAML", () => {
  it("makes who is unknown, and opens a session for the browser that asked", async () => {
    const browser = new Browser();
    const begun = await start(browser);
    expect(await enter(browser, begun, signed(responseXml(answerFor(begun.requestId)), key))).toBe("/sso/finish?next=%2F");
    expect(await finish(browser)).toBe(`ann@${org.domain}`);
    expect(await eventsOf(org.organizationId)).toEqual(expect.arrayContaining(["people.activated:success", "sessions.signed_in:success"]));
  });

  it("takes an answer for no other browser, and no answer twice", async () => {
    const browser = new Browser();
    const begun = await start(browser);
    const xml = signed(responseXml(answerFor(begun.requestId)), key);
    const to = leadsTo(await post(xml, begun.relayState));
    expect(await follow(new Browser("203.0.113.66"), to)).toBe("/sso/refused");
    const other = new Browser();
    await start(other);
    expect(await follow(other, to)).toBe("/sso/refused");
    const twin = browser.stolen();
    expect(await follow(browser, to)).toMatch(/^\/sso\/finish/);
    expect(await follow(twin, to)).toBe("/sso/refused");
    expect(leadsTo(await post(xml, begun.relayState))).toBe("/sso/refused");
  });

  it("refuses the same assertion in another answer", async () => {
    const [first, second] = [new Browser(), new Browser()];
    const [one, two] = [await start(first), await start(second)];
    const assertionId = "_the-same";
    expect(await enter(first, one, signed(responseXml(answerFor(one.requestId, { assertionId })), key))).toMatch(/^\/sso\/finish/);
    expect(await enter(second, two, signed(responseXml(answerFor(two.requestId, { assertionId })), key))).toBe("/sso/refused");
  });

  it("refuses another browser's answer that is slipped under one's own request", async () => {
    const [mallory, victim] = [new Browser(), new Browser()];
    const [hers, his] = [await start(mallory), await start(victim)];
    expect(await enter(victim, his, signed(responseXml(answerFor(hers.requestId)), key))).toBe("/sso/refused");
  });

  it("takes an answer that nobody asked for only where the connection allows it, and once", async () => {
    const xml = signed(responseXml(answerFor(null)), key);
    expect(leadsTo(await post(xml, null))).toBe("/sso/refused");
    await org.set({ idpInitiated: true });
    const browser = new Browser();
    const body = new URLSearchParams({ SAMLResponse: posted(xml), RelayState: "https://evil.test/" }).toString();
    expect(leadsTo(browser.take(await POST(request(browser, `/api/sso/saml/${org.id}`, { method: "POST", body }), at(org.id))))).toBe("/sso/finish?next=%2F");
    expect(await finish(browser)).toBe(`ann@${org.domain}`);
    expect(leadsTo(await post(xml, null))).toBe("/sso/refused");
    const stripped = signed(responseXml(answerFor((await start(new Browser())).requestId)), key);
    expect(leadsTo(await post(stripped, null))).toBe("/sso/refused");
    await org.set({ idpInitiated: false });
  });

  it("refuses what the gate refuses, and keeps the reason for the audit", async () => {
    const browser = new Browser();
    const begun = await start(browser);
    expect(await enter(browser, begun, signed(responseXml(answerFor(begun.requestId)), makeKey()))).toBe("/sso/refused");
    expect(await eventsOf(org.organizationId)).toContain("sessions.sign_in_refused:blocked");
    expect((await enter(browser, await start(browser), "<x/>"))).toBe("/sso/refused");
    expect(await finish(browser)).toBeNull();
  });

  it("another organization's identity provider asserts nobody of ours, at its own address or at ours", async () => {
    const evilKey = makeKey();
    const foreign = await organizationWith((admin) => connectSaml(admin, ConnectSamlInput.parse({ name: "IdP", issuer, signInUrl: `${issuer}/sso`, certificate: evilKey.certificate })), "NameID");
    await foreign.set({ idpInitiated: true });
    const victim = `ann@${org.domain}`;
    const own = { recipient: callbackAddress("saml", foreign.id), destination: callbackAddress("saml", foreign.id), audience: entityId(foreign.id), nameId: victim };
    expect(leadsTo(await post(signed(responseXml(answerFor(null, own)), evilKey), null, foreign.id))).toBe("/sso/refused");
    const begun = await start(new Browser());
    expect(leadsTo(await post(signed(responseXml(answerFor(begun.requestId)), evilKey), begun.relayState))).toBe("/sso/refused");
    expect(await inside(foreign, (tx) => tx.select().from(person).where(eq(person.email, victim)))).toEqual([]);
  });

  it("gives a reference that leads the admin to the exact reason", async () => {
    const browser = new Browser();
    const begun = await start(browser);
    const { why, reference } = ledTo(await post(signed(responseXml(answerFor(begun.requestId)), makeKey()), begun.relayState));
    const { refusals } = await listTrouble(org.admin, { id: org.id });
    expect(refusals.find((each) => each.reference === reference)).toMatchObject({ why, reason: expect.stringMatching(/not by the certificate of this connection/) });
    expect(ledTo(await post(signed(responseXml(answerFor("_nobody-asked")), key), "no-such-state")).why).toBe("lost");
    expect(ledTo(await GET(request(browser, `/api/sso/saml/${org.id}?state=${begun.relayState}`), at(org.id))).why).toBe("used");
    expect(ledTo(await GET(request(new Browser(), `/api/sso/saml/${org.id}?state=${begun.relayState}`), at(org.id))).why).toBe("lost");
  });

  it("knows people by a NameID that stays, and not by one that is made for a single sign-in", async () => {
    await org.set({ mapping: ClaimMapping.parse({ email: "mail", rules: [{ claim: "groups", value: "staff", role: "viewer" }] }) });
    const format = (name: string) => `urn:oasis:names:tc:SAML:2.0:nameid-format:${name}`;
    const come = async (nameId: string, name: string, email: string) => {
      const browser = new Browser();
      const begun = await start(browser);
      const led = await enter(browser, begun, signed(responseXml(answerFor(begun.requestId, { nameId, nameIdFormat: format(name), email })), key));
      return led.startsWith("/sso/finish") ? finish(browser) : led;
    };
    const [before, after] = [`p1@${org.domain}`, `p2@${org.domain}`];
    expect([await come("7f3a", "persistent", before), await come("7f3a", "persistent", after), await come("9b1c", "persistent", after)]).toEqual([before, after, "/sso/refused"]);
    expect(await come("7f3a", "transient", after)).toBe("/sso/refused");
    // Tied by the address alone before; by the better name from now on.
    const ann = `ann@${org.domain}`;
    expect([await come("ann-1", "persistent", ann), await come("ann-2", "persistent", ann)]).toEqual([ann, "/sso/refused"]);
    await org.set({ mapping: ClaimMapping.parse({ email: "NameID", rules: [{ claim: "groups", value: "staff", role: "viewer" }] }) });
  });

  it("answers what is no form, or comes to no connection, with a refusal", async () => {
    const body = "{}";
    const form = await POST(request(new Browser(), `/api/sso/saml/${org.id}`, { method: "POST", body, type: "application/json" }), at(org.id));
    expect(ledTo(form)).toMatchObject({ path: "/sso/refused", why: "answer", reference: expect.any(String) });
    expect(ledTo(await post("<x/>", null, "018f0000-0000-7000-8000-00000000000a"))).toMatchObject({ path: "/sso/refused", why: "unknown" });
    expect(ledTo(await post("<x/>", null, "not-an-id"))).toMatchObject({ path: "/sso/refused", why: "answer" });
  });
});
