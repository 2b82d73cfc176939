import { and, eq, isNull } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { chatIdentity } from "@/db/schema/chat";
import { person, roleGrant } from "@/db/schema/people";
import { ssoConnection, ssoLogin } from "@/db/schema/sso";
import { grantRole } from "@/lib/people/grant-role";
import { invitePerson } from "@/lib/people/invite";
import { connectOidc } from "@/lib/sso/connect-oidc";
import { ClaimMapping } from "@/lib/sso/mapping";
import { listTrouble } from "@/lib/sso/list-trouble";
import { loadTest } from "@/lib/sso/load-test";
import { ssoCookie } from "@/lib/sso/browser-secret";
import { updateConnection } from "@/lib/sso/update";
import { at, organizationWith, portal, request } from "@/lib/sso/testing-flow";
import { type Account, client, forgingProvider, honestProvider, visit } from "@/lib/sso/testing-oidc";
import { inside } from "@/lib/runs/testing";
import { test } from "@/app/(portal)/settings/sso/actions";
import { sessionCookie, sessionToken } from "@/lib/auth/cookie";
import { Browser, browse } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { GET as callback } from "./oidc/[id]/route";
import { begin, finish, leadsTo, ledTo, who } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();
const callbackOf = (id: string) => `${portal}/api/sso/oidc/${id}`;
const answerAt = async (browser: Browser, id: string, address: string) => browser.take(await callback(request(browser, address), at(id)));

describe("with a real provider", () => {
  let account: Account = { email: "nobody@example.test" };
  let provider: Awaited<ReturnType<typeof honestProvider>>;
  let org: Awaited<ReturnType<typeof organizationWith>>;
  beforeAll(async () => {
    provider = await honestProvider(() => account);
    provider.start(callbackOf("not-known-yet"));
    org = await organizationWith((admin) => connectOidc(admin, { name: "IdP", discoveryUrl: provider.issuer, ...client }), "email");
    provider.start(callbackOf(org.id));
  });
  afterAll(() => provider.stop());

  /** To the provider and back, up to its answer. */
  async function comeBack(browser: Browser, said: Account, next = "/") {
    account = said;
    const { url } = await begin(browser, `somebody@${org.domain}`, next);
    return visit(url, callbackOf(org.id));
  }
  const enter = async (browser: Browser, said: Account, next?: string) => leadsTo(await answerAt(browser, org.id, await comeBack(browser, said, next)));

  it("somebody unknown is made with the roles of their groups, and signed in", async () => {
    const browser = new Browser();
    const email = `new@${org.domain}`;
    expect(await enter(browser, { email, name: "New Person", groups: ["staff"] }, "/runs?view=mine")).toBe(`/sso/finish?next=${encodeURIComponent("/runs?view=mine")}`);
    expect(await who(browser)).toBeNull();
    expect(await finish(browser)).toBe(email);
    expect(await eventsOf(org.organizationId)).toEqual(expect.arrayContaining(["people.activated:success", "people.role_granted:success", "sessions.signed_in:success"]));
    const again = new Browser();
    await enter(again, { email, groups: ["staff"] });
    expect(await finish(again)).toBe(email);
    expect(await inside(org, (tx) => tx.select({ name: person.name }).from(person).where(eq(person.email, email)))).toEqual([{ name: "New Person" }]);
  });

  it("says who somebody is in Slack with each sign-in, and no more when the claim is gone, is no such id, has two values, or is another claim", async () => {
    const mapping = { email: "email", rules: [{ claim: "groups", value: "staff", role: "viewer" }] };
    await org.set({ mapping: ClaimMapping.parse({ ...mapping, slackId: "slack_user_id" }) });
    const email = `chat@${org.domain}`;
    const known = () => inside(org, (tx) => tx.select({ kind: chatIdentity.kind, chatId: chatIdentity.chatId, source: chatIdentity.source, sourceId: chatIdentity.sourceId, claim: chatIdentity.claim, hadFactor: chatIdentity.hadFactor }).from(chatIdentity).innerJoin(person, eq(person.id, chatIdentity.personId)).where(eq(person.email, email)));
    const comeAs = async (slackId?: string | string[]) => enter(new Browser(), { email, groups: ["staff"], ...(slackId ? { slack_user_id: slackId } : {}) });
    await comeAs("U0CHAT");
    expect(await known()).toEqual([{ kind: "slack", chatId: "U0CHAT", source: "sso", sourceId: org.id, claim: "slack_user_id", hadFactor: false }]);
    await comeAs("U0OTHER");
    expect(await known()).toMatchObject([{ chatId: "U0OTHER" }]);
    for (const none of [undefined, "everybody", ["U0ONE", "U0TWO"]]) {
      await comeAs("U0CHAT");
      await comeAs(none);
      expect(await known()).toEqual([]);
    }
    await comeAs("U0CHAT");
    await updateConnection(org.admin, { id: org.id, mapping: ClaimMapping.parse(mapping), jit: true, idpInitiated: false, trustFactor: "never" });
    expect(await known()).toEqual([]);
    expect((await eventsOf(org.organizationId)).filter((name) => name.startsWith("chat."))).toEqual(["vouched", "vouched", "vouched", "withdrawn", "vouched", "withdrawn", "vouched", "withdrawn", "vouched"].map((what) => `chat.identity_${what}:success`));
  });

  it("an answer counts once, in the browser that asked, and so does its ticket", async () => {
    const browser = new Browser();
    const email = `once@${org.domain}`;
    const address = await comeBack(browser, { email, groups: ["staff"] });
    const thief = new Browser("203.0.113.66");
    expect(leadsTo(await answerAt(thief, org.id, address))).toBe("/sso/refused");
    const other = new Browser();
    await begin(other, email);
    expect(leadsTo(await answerAt(other, org.id, address))).toBe("/sso/refused");
    const twin = browser.stolen();
    expect(leadsTo(await answerAt(browser, org.id, address))).toMatch(/^\/sso\/finish/);
    expect(leadsTo(await answerAt(twin, org.id, address))).toBe("/sso/refused");
    const ticketTwin = browser.stolen();
    expect([await finish(browser), await finish(ticketTwin)]).toEqual([email, null]);
  });

  it("a ticket is refused after a minute, and a login after ten", async () => {
    const browser = new Browser();
    await enter(browser, { email: `late@${org.domain}`, groups: ["staff"] });
    const past = new Date(Date.now() - 1_000);
    await inside(org, (tx) => tx.update(ssoLogin).set({ ticketExpiresAt: past }).where(eq(ssoLogin.connectionId, org.id)));
    expect(await finish(browser)).toBeNull();
    const address = await comeBack(browser, { email: `late@${org.domain}`, groups: ["staff"] });
    await inside(org, (tx) => tx.update(ssoLogin).set({ expiresAt: past }).where(eq(ssoLogin.connectionId, org.id)));
    expect(ledTo(await answerAt(browser, org.id, address))).toMatchObject({ path: "/sso/refused", why: "late" });
  });

  it.each<[string, () => Account]>([
    ["of a domain that this organization has not proven", () => ({ email: "boss@elsewhere.test", groups: ["staff"] })],
    ["whose address is not verified at the provider", () => ({ email: `x@${org.domain}`, email_verified: false, groups: ["staff"] })],
    ["whom no group gives a role", () => ({ email: `y@${org.domain}`, groups: ["guests"] })],
    ["of a domain below the proven one", () => ({ email: `z@sub.${org.domain}`, groups: ["staff"] })],
  ])("nobody comes in %s", async (_, said) => {
    const browser = new Browser();
    expect(await enter(browser, said())).toBe("/sso/refused");
    expect(await finish(browser)).toBeNull();
  });

  it("another organization's provider lets nobody in as one of ours", async () => {
    const victim = `victim@${org.domain}`;
    await enter(new Browser(), { email: victim, groups: ["staff"] });
    const foreign = await organizationWith((admin) => connectOidc(admin, { name: "IdP", discoveryUrl: provider.issuer, ...client }), "email");
    provider.start(callbackOf(foreign.id));
    const browser = new Browser();
    account = { email: victim, groups: ["staff"] };
    const { url } = await begin(browser, `a@${foreign.domain}`);
    const address = await visit(url, callbackOf(foreign.id));
    expect(leadsTo(await answerAt(browser, foreign.id, address))).toBe("/sso/refused");
    expect(await finish(browser)).toBeNull();
    provider.start(callbackOf(org.id));
  });

  it("who was removed or suspended stays out, and who is unknown where none are made", async () => {
    const email = `left@${org.domain}`;
    await enter(new Browser(), { email, groups: ["staff"] });
    for (const status of ["left", "suspended"] as const) {
      await inside(org, (tx) => tx.update(person).set({ status }).where(eq(person.email, email)));
      expect(await enter(new Browser(), { email, groups: ["staff"] })).toBe("/sso/refused");
    }
    await org.set({ jit: false });
    expect(await enter(new Browser(), { email: `unmade@${org.domain}`, groups: ["staff"] })).toBe("/sso/refused");
    await org.set({ jit: true });
    expect(await inside(org, (tx) => tx.select().from(person).where(eq(person.email, `unmade@${org.domain}`)))).toEqual([]);
  });

  it("roles follow the claims at each sign-in, and what was given by hand stays", async () => {
    await org.set({ mapping: ClaimMapping.parse({ rules: [{ claim: "groups", value: "staff", role: "viewer" }, { claim: "groups", value: "bosses", role: "supervisor" }], defaultRole: "agent_manager" }) });
    const email = `moves@${org.domain}`;
    await enter(new Browser(), { email, groups: ["staff"] });
    const [{ id } = { id: "" }] = await inside(org, (tx) => tx.select({ id: person.id }).from(person).where(eq(person.email, email)));
    const roles = () => inside(org, (tx) => tx.select({ role: roleGrant.role }).from(roleGrant).where(and(eq(roleGrant.personId, id), isNull(roleGrant.revokedAt))).orderBy(roleGrant.role)).then((rows) => rows.map((row) => row.role));
    await grantRole(org.admin, { personId: id, role: "billing_admin", workspaceId: null, firstDay: null, lastDay: null });
    expect(await roles()).toEqual(["billing_admin", "viewer"]);
    await enter(new Browser(), { email, groups: ["bosses"] });
    expect(await roles()).toEqual(["billing_admin", "supervisor"]);
    await enter(new Browser(), { email, groups: [] });
    expect(await roles()).toEqual(["agent_manager", "billing_admin"]);
    const invited = `invited@${org.domain}`;
    await invitePerson(org.admin, { email: invited, name: "Ivy", role: "billing_admin", workspaceId: null, firstDay: null, lastDay: null });
    const browser = new Browser();
    await enter(browser, { email: invited, groups: [] });
    expect(await finish(browser)).toBe(invited);
    const [ivy] = await inside(org, (tx) => tx.select({ id: person.id }).from(person).where(eq(person.email, invited)));
    expect(await inside(org, (tx) => tx.select({ role: roleGrant.role, source: roleGrant.source }).from(roleGrant).where(eq(roleGrant.personId, ivy?.id ?? "")))).toEqual([{ role: "billing_admin", source: "hand" }]);
    await org.set({ mapping: ClaimMapping.parse({ rules: [{ claim: "groups", value: "staff", role: "viewer" }] }) });
  });

  it("leads after signing in to a page of the portal only", async () => {
    for (const next of ["https://evil.test/", "//evil.test", "/\\evil.test", "/sso/finish"]) {
      expect(await enter(new Browser(), { email: `new@${org.domain}`, groups: ["staff"] }, next)).toBe("/sso/finish?next=%2F");
    }
  });

  it("says nothing of who has an account", async () => {
    const known = await begin(new Browser(), `new@${org.domain}`);
    const unknown = await begin(new Browser(), `nobody-at-all@${org.domain}`);
    const host = (url: string) => new URL(url).origin;
    expect([known.status, host(known.url)]).toEqual([unknown.status, host(unknown.url)]);
    expect((await begin(new Browser(), "a@nowhere.test")).status).toBe(404);
  });

  it("a test shows what came back, and makes neither a session nor a person", async () => {
    await org.set({ testedAt: null });
    const browser = new Browser();
    browser.jar.set(sessionCookie().name, await sessionToken(org.admin.actor.sessionId));
    browse(browser);
    const begun = await test(null, { id: org.id });
    const email = `tested@${org.domain}`;
    account = { email, groups: ["staff", "guests"] };
    const address = await visit(begun.ok ? begun.value.url : "", callbackOf(org.id));
    expect(JSON.stringify(begun)).not.toContain(browser.jar.get(ssoCookie(0).name));
    expect(leadsTo(await answerAt(browser, org.id, address))).toBe(`/settings/sso/${org.id}`);
    expect(await loadTest(org.admin, { id: org.id })).toMatchObject({ email, refusal: null, roles: [{ role: "viewer", workspaceId: null }], claims: { groups: ["staff", "guests"] } });
    expect(await inside(org, (tx) => tx.select().from(person).where(eq(person.email, email)))).toEqual([]);
    const [tested] = await inside(org, (tx) => tx.select({ at: ssoConnection.testedAt }).from(ssoConnection).where(eq(ssoConnection.id, org.id)));
    expect(tested?.at).toBeInstanceOf(Date);
    expect(await finish(new Browser())).toBeNull();
  });
});

describe("a provider that lies", () => {
  let forger: Awaited<ReturnType<typeof forgingProvider>>;
  let org: Awaited<ReturnType<typeof organizationWith>>;
  beforeAll(async () => {
    forger = await forgingProvider();
    org = await organizationWith((admin) => connectOidc(admin, { name: "IdP", discoveryUrl: forger.issuer, ...client }), "email");
    await org.set({ mapping: { subject: "", email: "email", name: "name", rules: [], defaultRole: "viewer" } });
    forger.email = `ann@${org.domain}`;
  });
  afterAll(() => forger.stop());

  async function enter(change: (sent: URLSearchParams) => void = () => {}): Promise<string> {
    const browser = new Browser();
    const { url } = await begin(browser, forger.email);
    const asked = new URL(url).searchParams;
    forger.nonce = asked.get("nonce") ?? "";
    const sent = new URLSearchParams({ code: "code", state: asked.get("state") ?? "", iss: forger.issuer });
    change(sent);
    const led = leadsTo(await answerAt(browser, org.id, `${callbackOf(org.id)}?${sent}`));
    expect(await finish(browser)).toBe(led.startsWith("/sso/finish") ? forger.email : null);
    return led;
  }

  it("lets in when it tells the truth, so that the refusals below are for their lies", async () => {
    expect(await enter()).toMatch(/^\/sso\/finish/);
  });

  it.each<[string, (token: Parameters<typeof forger.forge>[0]) => Parameters<typeof forger.forge>[0]]>([
    ["another nonce", (token) => ({ ...token, claims: { ...token.claims, nonce: "another" } })],
    ["no nonce", ({ header, claims: { nonce: _nonce, ...claims } }) => ({ header, claims })],
    ["another issuer", (token) => ({ ...token, claims: { ...token.claims, iss: "https://other.test" } })],
    ["another audience", (token) => ({ ...token, claims: { ...token.claims, aud: "other" } })],
    ["an end in the past", (token) => ({ ...token, claims: { ...token.claims, exp: Math.floor(Date.now() / 1000) - 600 } })],
    ["no signature and alg none", (token) => ({ ...token, header: { alg: "none" }, unsigned: true })],
    ["an empty signature", (token) => ({ ...token, unsigned: true })],
    ["a signature by another key", (token) => ({ ...token, foreignKey: true })],
    ["an HMAC as its algorithm", (token) => ({ ...token, header: { alg: "HS256", kid: "1" } })],
  ])("is refused with %s in its token", async (_, forge) => {
    forger.forge = forge;
    expect(await enter()).toBe("/sso/refused");
    forger.forge = (token) => token;
  });

  it.each<[string, (sent: URLSearchParams) => void]>([
    ["another state", (sent) => sent.set("state", "another")],
    ["no state", (sent) => sent.delete("state")],
    ["the issuer of another provider (mix-up)", (sent) => sent.set("iss", "https://other.test")],
    ["no issuer, though it says that it always names it", (sent) => sent.delete("iss")],
    ["an error instead of a code", (sent) => { sent.delete("code"); sent.set("error", "access_denied"); }],
  ])("is refused with %s in its answer", async (_, change) => {
    expect(await enter(change)).toBe("/sso/refused");
  });

  it("is shown to the admin in its own words when it refuses somebody itself", async () => {
    await enter((sent) => {
      sent.delete("code");
      sent.set("error", "access_denied");
      sent.set("error_description", "The app is not assigned to you");
    });
    expect((await listTrouble(org.admin, { id: org.id })).refusals[0]).toMatchObject({ why: "provider", reason: "The identity provider says: access_denied: The app is not assigned to you" });
  });

  it("is not asked where its metadata leads into this network's own machinery", async () => {
    forger.metadata = { token_endpoint: "http://169.254.169.254/latest/meta-data/" };
    expect(await enter()).toBe("/sso/refused");
    forger.metadata = {};
  });

  it("is not connected when it calls itself by another name", async () => {
    forger.metadata = { issuer: "https://other.test" };
    await expect(connectOidc(org.admin, { name: "Another", discoveryUrl: forger.issuer, ...client })).rejects.toMatchObject({ code: "invalid_input" });
    forger.metadata = {};
  });

  it("keeps its client's secret sealed", async () => {
    const [row] = await inside(org, (tx) => tx.select().from(ssoConnection).where(and(eq(ssoConnection.id, org.id))));
    expect(row?.clientSecret?.includes(client.clientSecret)).toBe(false);
    expect(JSON.stringify(row)).not.toContain(client.clientSecret);
  });
});
