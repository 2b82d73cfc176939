import { createSign, verify } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { leave } from "@/app/(portal)/sign-out";
import { ssoConnection } from "@/db/schema/sso";
import { sessionToLeave } from "@/lib/ctx/session";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { callbackAddress, entityId, samlSignOutAddress } from "@/lib/sso/addresses";
import { pemOf } from "@/lib/sso/certificate";
import { connectSaml, ConnectSamlInput } from "@/lib/sso/connect-saml";
import { listConnections } from "@/lib/sso/list";
import { listTrouble } from "@/lib/sso/list-trouble";
import { readMetadata } from "@/lib/sso/saml-metadata";
import { setSignOut } from "@/lib/sso/set-sign-out";
import { signOutAddress } from "@/lib/sso/sign-out-address";
import { answer, makeKey, metadataXml, posted, responseXml, signed, type TestKey } from "@/lib/sso/testing";
import { at, organizationWith, request } from "@/lib/sso/testing-flow";
import { Browser, browse } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { POST as acs, GET as back } from "./saml/[id]/route";
import { GET, POST } from "./saml-logout/[id]/route";
import { begin, finish, leadsTo, who } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();

const [key, otherKey] = [makeKey(), makeKey()];
const issuer = "https://idp.example.test";
const slo = `${issuer}/slo?tenant=1`;
const sha = (bits: string) => `http://www.w3.org/2001/04/xmldsig-more#rsa-sha${bits}`;
const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

type Org = Awaited<ReturnType<typeof organizationWith>>;
const connected = (certificate: string) =>
  organizationWith((admin) => connectSaml(admin, ConnectSamlInput.parse({ name: "IdP", issuer, signInUrl: `${issuer}/sso`, signOutUrl: slo, certificate })), "mail");
let org: Org;
let foreign: Org;
beforeAll(async () => {
  [org, foreign] = [await connected(key.certificate), await connected(otherKey.certificate)];
});

const inflated = (text: string | null) => inflateRawSync(Buffer.from(text ?? "", "base64")).toString();
const now = (shiftMs = 0) => new Date(Date.now() + shiftMs).toISOString();

let browsers = 0;
/** Each comes from an address of its own: of one, only so many sign in within a minute. */
const newBrowser = () => new Browser(`198.51.100.${++browsers}`);

/** Signs somebody in by the provider, with a session there of this name. */
async function enter(nameId: string, sessionIndex: string | null, nameIdFormat = persistent) {
  const browser = newBrowser();
  const email = `${nameId}@${org.domain}`;
  const asked = new URL((await begin(browser, email)).url).searchParams;
  const inResponseTo = / ID="([^"]+)"/.exec(inflated(asked.get("SAMLRequest")))?.[1] ?? "";
  const xml = signed(responseXml(answer({ recipient: callbackAddress("saml", org.id), audience: entityId(org.id), inResponseTo, nameId, nameIdFormat, sessionIndex, email })), key);
  const body = new URLSearchParams({ SAMLResponse: posted(xml), RelayState: asked.get("RelayState") ?? "" }).toString();
  const to = leadsTo(await acs(request(newBrowser(), `/api/sso/saml/${org.id}`, { method: "POST", body }), at(org.id)));
  browser.take(await back(request(browser, to), at(org.id)));
  expect(await finish(browser)).toBe(email);
  return { browser, isIn: async () => (await who(browser)) === email };
}

type Asked = { nameId: string; sessionIndex?: string; id?: string; from?: string; to?: string; made?: string; end?: string; version?: string; before?: string };

function requestXml({ nameId, sessionIndex, id = `_${newId()}`, from = issuer, to = samlSignOutAddress(org.id), made = now(), end, version = "2.0", before = "" }: Asked): string {
  const [until, index] = [end ? ` NotOnOrAfter="${end}"` : "", sessionIndex ? `<samlp:SessionIndex>${sessionIndex}</samlp:SessionIndex>` : ""];
  return `${before}<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="${version}" IssueInstant="${made}"${until} Destination="${to}">`
    + `<saml:Issuer>${from}</saml:Issuer><saml:NameID>${nameId}</saml:NameID>${index}</samlp:LogoutRequest>`;
}

type Signing = { by?: TestKey; kind?: string; relayState?: string; alg?: string; hash?: string };

/** A query as a provider signs it (SAML 2.0 Bindings, 3.4.4.1). */
function query(xml: string, { by = key, kind = "SAMLRequest", relayState, alg = sha("256"), hash = "sha256" }: Signing = {}): string {
  const octets = [`${kind}=${encodeURIComponent(deflateRawSync(xml).toString("base64"))}`, ...(relayState === undefined ? [] : [`RelayState=${encodeURIComponent(relayState)}`]), `SigAlg=${encodeURIComponent(alg)}`].join("&");
  return `${octets}&Signature=${encodeURIComponent(createSign(hash).update(octets).sign(by.privateKey, "base64"))}`;
}

const bring = async (search: string, id = org.id) => leadsTo(await GET(request(new Browser(), `/api/sso/saml-logout/${id}?${search}`), at(id)));
const bringForm = async (fields: Record<string, string>, id = org.id) =>
  leadsTo(await POST(request(new Browser(), `/api/sso/saml-logout/${id}`, { method: "POST", body: new URLSearchParams(fields).toString() }), at(id)));

async function ownCertificate(): Promise<string> {
  const [row] = await inside(org, (tx) => tx.select({ certificate: ssoConnection.ownCertificate }).from(ssoConnection).where(eq(ssoConnection.id, org.id)));
  return pemOf(row?.certificate ?? "");
}

/** What a message of ours says, once its signature holds by the certificate that our metadata offer. */
async function ours(address: string, name: "SAMLRequest" | "SAMLResponse") {
  const url = new URL(address);
  const octets = url.search.slice(1).split("&").filter((piece) => /^(SAMLRe|RelayState|SigAlg)/.test(piece)).join("&");
  expect(verify("sha256", Buffer.from(octets), await ownCertificate(), Buffer.from(url.searchParams.get("Signature") ?? "", "base64"))).toBe(true);
  expect([`${url.origin}${url.pathname}`, url.searchParams.get("tenant"), url.searchParams.get("SigAlg")]).toEqual([`${issuer}/slo`, "1", sha("256")]);
  return { xml: inflated(url.searchParams.get(name)), relayState: url.searchParams.get("RelayState") };
}

describe("a SAML provider that signs somebody out", () => {
  it("ends the one session that it names, and gets a signed answer at its own address", async () => {
    const [here, there, other] = [await enter("ann", "s-1"), await enter("ann", "s-2"), await enter("bob", "s-1")];
    const to = await bring(query(requestXml({ nameId: "ann", sessionIndex: "s-1", id: "_asked", end: now(60_000) }), { relayState: "https://evil.test/ (a b)" }));
    const { xml, relayState } = await ours(to, "SAMLResponse");
    expect([xml.includes('InResponseTo="_asked"'), xml.includes("status:Success"), xml.includes(`<saml:Issuer>${entityId(org.id)}<`), relayState]).toEqual([true, true, true, "https://evil.test/ (a b)"]);
    expect([await here.isIn(), await there.isIn(), await other.isIn()]).toEqual([false, true, true]);
    expect(await eventsOf(org.organizationId)).toContain("sessions.revoked:success");
  });

  it("ends all of a person's where it names none, and those without a session's name, also by a posted form", async () => {
    const [one, two, other] = [await enter("cleo", "s-3"), await enter("cleo", null), await enter("dan", "s-4")];
    const to = await bringForm({ SAMLRequest: posted(signed(requestXml({ nameId: "cleo" }), key, { what: "LogoutRequest" })), RelayState: "r" });
    expect((await ours(to, "SAMLResponse")).relayState).toBe("r");
    expect([await one.isIn(), await two.isIn(), await other.isIn()]).toEqual([false, false, true]);
  });

  it("knows a session by a name that is made for a single sign-in, too", async () => {
    await org.set({ mapping: { subject: "mail", email: "mail", name: "displayName", rules: [], defaultRole: "viewer" } });
    const eve = await enter("t-1", "s-5", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient");
    await bring(query(requestXml({ nameId: "t-1", sessionIndex: "s-5" })));
    expect(await eve.isIn()).toBe(false);
    await org.set({ mapping: { subject: "", email: "mail", name: "displayName", rules: [], defaultRole: "viewer" } });
  });

  it("is not believed twice by one request", async () => {
    await enter("fay", "s-6");
    const once = query(requestXml({ nameId: "fay" }));
    expect(await bring(once)).toMatch(/^https:\/\/idp/);
    const again = await enter("fay", "s-7");
    expect([await bring(once), await again.isIn()]).toEqual(["/sso/refused", true]);
  });

  const victim = { nameId: "gus" };
  let gus: Awaited<ReturnType<typeof enter>>;
  beforeAll(async () => {
    gus = await enter("gus", "s-gus");
  });
  const whole = () => query(requestXml(victim)).split("&");
  it.each<[string, () => string]>([
    ["that is not signed", () => `SAMLRequest=${encodeURIComponent(deflateRawSync(requestXml(victim)).toString("base64"))}`],
    ["whose signature is empty", () => query(requestXml(victim)).replace(/&Signature=.*/, "&Signature=")],
    ["by another key", () => query(requestXml(victim), { by: makeKey() })],
    ["by the key of another organization's provider", () => query(requestXml(victim), { by: otherKey })],
    ["by SHA-1", () => query(requestXml(victim), { alg: "http://www.w3.org/2000/09/xmldsig#rsa-sha1", hash: "sha1" })],
    ["by SHA-1 that is called SHA-256", () => query(requestXml(victim), { hash: "sha1" })],
    ["that was signed in another order", () => {
      const [message = "", method = ""] = whole();
      return `${message}&${method}&Signature=${encodeURIComponent(createSign("sha256").update(`${method}&${message}`).sign(key.privateKey, "base64"))}`;
    }],
    ["with a RelayState that was not signed", () => `${query(requestXml(victim))}&RelayState=x`],
    ["whose RelayState was changed", () => query(requestXml(victim), { relayState: "a" }).replace("RelayState=a", "RelayState=b")],
    ["whose octets are other ones of the same text", () => query(requestXml(victim)).replace("%3A", "%3a")],
    ["with a second request before it", () => `${query(requestXml({ nameId: "hal" }), { by: makeKey() }).split("&")[0]}&${query(requestXml(victim))}`],
    ["with a second one that is spelt in another way", () => `SAML%52equest=x&${query(requestXml(victim))}`],
    ["with an answer beside it", () => `${query(requestXml(victim))}&SAMLResponse=x`],
    ["that says it is an answer", () => query(requestXml(victim), { kind: "SAMLResponse" })],
    ["of another issuer", () => query(requestXml({ ...victim, from: "https://other.test" }))],
    ["whose issuer only begins as the right one", () => query(requestXml({ ...victim, from: `${issuer}.evil.test` }))],
    ["for another connection", () => query(requestXml({ ...victim, to: samlSignOutAddress(foreign.id) }))],
    ["for the address of answers", () => query(requestXml({ ...victim, to: callbackAddress("saml", org.id) }))],
    ["whose time is over", () => query(requestXml({ ...victim, end: now(-61_000) }))],
    ["of ten minutes ago", () => query(requestXml({ ...victim, made: now(-600_000) }))],
    ["of the future", () => query(requestXml({ ...victim, made: now(600_000) }))],
    ["without a time", () => query(requestXml({ ...victim, made: "" }))],
    ["of another version", () => query(requestXml({ ...victim, version: "1.1" }))],
    ["with a document type", () => query(requestXml({ ...victim, before: '<!DOCTYPE r [<!ENTITY e "gus">]>' }))],
    ["with a comment in the name", () => query(requestXml({ nameId: "gus<!-- -->x" }))],
    ["with a processing instruction", () => query(requestXml({ ...victim, before: "<?x y?>" }))],
    ["about nobody", () => query(requestXml({ nameId: "" }))],
    ["about two", () => query(requestXml({ nameId: "gus</saml:NameID><saml:NameID>hal" }))],
    ["that grows without end", () => query(requestXml({ nameId: "g".repeat(400_000) }))],
    ["that is none", () => "SAMLRequest=%"],
  ])("is not believed with a request %s", async (_, forged) => {
    const led = await bring(forged());
    expect([/^(\/sso\/refused|\/sign-in)$/.test(led), await gus.isIn()]).toEqual([true, true]);
  });

  it.each<[string, () => string]>([
    ["without a signature", () => requestXml(victim)],
    ["by another key", () => signed(requestXml(victim), makeKey(), { what: "LogoutRequest" })],
    ["by SHA-1", () => signed(requestXml(victim), key, { what: "LogoutRequest", signature: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" })],
    ["that was changed", () => signed(requestXml({ nameId: "hal" }), key, { what: "LogoutRequest" }).replace(">hal<", ">gus<")],
    ["that is wrapped", () => `${requestXml(victim).replace("</samlp:LogoutRequest>", "")}${signed(requestXml({ nameId: "hal" }), key, { what: "LogoutRequest" })}</samlp:LogoutRequest>`],
  ])("is not believed with a posted request %s", async (_, forged) => {
    expect([await bringForm({ SAMLRequest: posted(forged()) }), await gus.isIn()]).toEqual(["/sso/refused", true]);
  });

  it("tells the admin what was refused, and reads nothing else of an address", async () => {
    expect(await bring(query(requestXml({ nameId: "ida" }), { by: makeKey() }))).toBe("/sso/refused");
    expect((await listTrouble(org.admin, { id: org.id })).refusals[0]).toMatchObject({ why: "sign_out", reason: expect.stringMatching(/not by the certificate/) });
    expect(await eventsOf(org.organizationId)).toContain("sessions.sign_out_refused:blocked");
    expect(await bring(`client-request-id=1&${query(requestXml({ nameId: "ida" }))}&to=https://evil.test`)).toMatch(/^https:\/\/idp\.example\.test\/slo\?/);
  });

  it("ends nobody's session of another connection, this organization's or another's, though it names them", async () => {
    const jo = await enter("jo", "s-8");
    expect(await bring(query(requestXml({ nameId: "jo", sessionIndex: "s-8", to: samlSignOutAddress(foreign.id) }), { by: otherKey }), foreign.id)).toMatch(/^https:\/\/idp/);
    const { id: second } = await connectSaml(org.admin, ConnectSamlInput.parse({ name: "Second", issuer, signInUrl: `${issuer}/sso`, signOutUrl: slo, certificate: otherKey.certificate }));
    expect(await bring(query(requestXml({ nameId: "jo", to: samlSignOutAddress(second) }), { by: otherKey }), second)).toMatch(/^https:\/\/idp/);
    expect([await bring(query(requestXml({ nameId: "jo" })), newId()), await jo.isIn()]).toEqual(["/sso/refused", true]);
  });
});

describe("signing out here of a session that came by SAML", () => {
  /** Signs out as the button does; where the browser is sent. */
  async function out(browser: Browser): Promise<string> {
    browse(browser);
    const thrown = await leave().catch((error: { digest?: string }) => error);
    return /^NEXT_REDIRECT;[^;]*;(.*);\d+;$/.exec(thrown?.digest ?? "")?.[1] ?? "";
  }

  const responseTo = (inResponseTo: string, { status = "Success", inner = "", from = issuer } = {}) =>
    `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${newId()}" Version="2.0" IssueInstant="${now()}" Destination="${samlSignOutAddress(org.id)}" InResponseTo="${inResponseTo}">`
    + `<saml:Issuer>${from}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}">${inner}</samlp:StatusCode></samlp:Status></samlp:LogoutResponse>`;

  async function left(nameId: string) {
    const { browser, isIn } = await enter(nameId, `of-${nameId}`);
    const sent = await ours(await out(browser), "SAMLRequest");
    return { ...sent, isIn, id: / ID="([^"]+)"/.exec(sent.xml)?.[1] ?? "", relayState: sent.relayState ?? "" };
  }

  it("ends it, and asks the provider to end just that session there; its answer leads to the sign-in page", async () => {
    const { xml, id, relayState, isIn } = await left("kim");
    expect(await isIn()).toBe(false);
    expect([xml.includes(`<saml:NameID Format="${persistent}">kim<`), xml.includes(">of-kim<"), xml.includes(`Destination="${slo}"`), relayState.length <= 80]).toEqual([true, true, true, true]);
    expect(await bring(query(responseTo(id), { kind: "SAMLResponse", relayState }))).toBe("/sign-in?left=everywhere");
    expect(await bringForm({ SAMLResponse: posted(responseTo(id)), RelayState: relayState })).toBe("/sign-in?left=here");
  });

  it("says so where the provider ended only a part, failed, or did not sign its answer", async () => {
    const { id, relayState } = await left("lea");
    const partial = '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"/>';
    for (const xml of [responseTo(id, { inner: partial }), responseTo(id, { status: "Responder" }), responseTo(id, { from: "https://other.test" }), responseTo("_another")]) {
      expect(await bring(query(xml, { kind: "SAMLResponse", relayState }))).toBe("/sign-in?left=here");
    }
    expect(await bring(query(responseTo(id), { kind: "SAMLResponse", relayState, by: otherKey }))).toBe("/sign-in?left=here");
  });

  it("says nothing upon an answer out of nowhere, ends nothing by it, and never leads elsewhere", async () => {
    const { isIn } = await enter("max", "s-9");
    for (const relayState of ["https://evil.test/", "//evil.test", "", "A".repeat(59)]) {
      expect(await bring(query(responseTo("_x"), { kind: "SAMLResponse", relayState }))).toBe("/sign-in");
      expect(await bringForm({ SAMLResponse: posted(responseTo("_x")), RelayState: relayState })).toBe("/sign-in");
    }
    const { id, relayState } = await left("mia");
    expect(await bring(query(responseTo(id), { kind: "SAMLResponse", relayState, by: otherKey }), foreign.id)).toBe("/sign-in");
    expect(await isIn()).toBe(true);
  });

  it("stays here without an address there, with one that leads into this network, or without a key", async () => {
    const { browser } = await enter("ned", "s-10");
    browse(browser);
    const ctx = await sessionToLeave();
    if (!ctx) throw new Error("nobody is signed in");
    for (const values of [{ signOutUrl: null }, { signOutUrl: "http://169.254.169.254/" }, { privateKey: null }]) {
      const [before] = await inside(org, (tx) => tx.select().from(ssoConnection).where(eq(ssoConnection.id, org.id)));
      await org.set(values);
      expect(await signOutAddress(ctx)).toBeNull();
      await org.set({ signOutUrl: before?.signOutUrl, privateKey: before?.privateKey });
    }
    expect(await signOutAddress(ctx)).toMatch(/^https:\/\/idp/);
  });
});

describe("the key of a connection", () => {
  it("is its own, sealed, and offered by our metadata with where to sign out", async () => {
    const view = (await listConnections(org.admin)).find(({ id }) => id === org.id);
    const metadata = view?.ours.metadata ?? "";
    expect(metadata).toContain(`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${samlSignOutAddress(org.id)}"/>`);
    expect(pemOf(/<ds:X509Certificate>([^<]+)</.exec(metadata)?.[1] ?? "")).toBe(await ownCertificate());
    expect(JSON.stringify(view)).not.toContain("PRIVATE");
    const rows = await Promise.all([org, foreign].map((each) => inside(each, (tx) => tx.select({ id: ssoConnection.id, key: ssoConnection.privateKey, certificate: ssoConnection.ownCertificate }).from(ssoConnection).where(eq(ssoConnection.id, each.id)))));
    const [[mine], [theirs]] = [rows[0] ?? [], rows[1] ?? []];
    expect(mine?.certificate).not.toBe(theirs?.certificate);
    // Another connection's key opens in no other row.
    await foreign.set({ privateKey: mine?.key });
    await expect(bring(query(requestXml({ nameId: "x", to: samlSignOutAddress(foreign.id) }), { by: otherKey }), foreign.id)).resolves.toBe("/sso/refused");
    await foreign.set({ privateKey: theirs?.key });
  });

  it("is made for a connection of before, and signs requests to sign in where the admin says so", async () => {
    await org.set({ privateKey: null, ownCertificate: null, signOutUrl: null });
    await setSignOut(org.admin, { id: org.id, signOutUrl: slo, signsRequests: true });
    const url = new URL((await begin(new Browser(), `x@${org.domain}`)).url);
    const octets = url.search.slice(1).split("&Signature=")[0] ?? "";
    expect(verify("sha256", Buffer.from(octets), await ownCertificate(), Buffer.from(url.searchParams.get("Signature") ?? "", "base64"))).toBe(true);
    const view = (await listConnections(org.admin)).find(({ id }) => id === org.id);
    expect([view?.signOutUrl, view?.signsRequests, view?.ours.metadata.includes('AuthnRequestsSigned="true"')]).toEqual([slo, true, true]);
    await expect(setSignOut(org.admin, { id: org.id, signOutUrl: "http://169.254.169.254/", signsRequests: false })).rejects.toMatchObject({ code: "invalid_input" });
    await setSignOut(org.admin, { id: org.id, signOutUrl: slo, signsRequests: false });
    expect(new URL((await begin(new Browser(), `x@${org.domain}`)).url).searchParams.has("Signature")).toBe(false);
  });

  it("is of use where the provider's metadata name an address for it", () => {
    const service = (binding: string) => `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${issuer}/${binding}"/>`;
    expect(readMetadata(metadataXml(issuer, [key.certificate], { parts: service("HTTP-POST") + service("HTTP-Redirect") })).signOutUrl).toBe(`${issuer}/HTTP-Redirect`);
    expect(readMetadata(metadataXml(issuer, [key.certificate], { parts: service("SOAP") })).signOutUrl).toBeNull();
  });
});
