import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { mail, notice } from "@/db/schema/message";
import { person } from "@/db/schema/people";
import { inside } from "@/lib/runs/testing";
import { connectOidc } from "@/lib/sso/connect-oidc";
import { listTrouble } from "@/lib/sso/list-trouble";
import { ClaimMapping } from "@/lib/sso/mapping";
import { resolveIdentity } from "@/lib/sso/resolve-identity";
import { at, organizationWith, portal, request, verified } from "@/lib/sso/testing-flow";
import { type Account, client, honestProvider, visit } from "@/lib/sso/testing-oidc";
import { updateConnection } from "@/lib/sso/update";
import { Browser } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { GET as callback } from "./oidc/[id]/route";
import { begin, finish, ledTo } from "./testing";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();

let account: Account = { email: "nobody@example.test" };
let provider: Awaited<ReturnType<typeof honestProvider>>;
let org: Awaited<ReturnType<typeof organizationWith>>;
beforeAll(async () => {
  provider = await honestProvider(() => account);
  provider.start(`${portal}/`);
  org = await organizationWith((admin) => connectOidc(admin, { name: "IdP", discoveryUrl: provider.issuer, ...client }), "email");
  provider.start(`${portal}/api/sso/oidc/${org.id}`);
});
afterAll(() => provider.stop());

/** Signs in at the provider as it says; gives who is signed in here then, or why nobody. */
async function enter(said: Omit<Account, "groups">): Promise<string> {
  account = { groups: ["staff"], ...said };
  const browser = new Browser();
  const { url } = await begin(browser, `x@${org.domain}`);
  const address = await visit(url, `${portal}/api/sso/oidc/${org.id}`);
  const led = ledTo(browser.take(await callback(request(browser, address), at(org.id))));
  return led.path === "/sso/finish" ? ((await finish(browser)) ?? "nobody") : String(led.why);
}

const idOf = async (email: string) => (await inside(org, (tx) => tx.select({ id: person.id }).from(person).where(eq(person.email, email))))[0]?.id;

describe("who somebody is at their provider", () => {
  it("is its name for them: their address may change there, and they stay who they are", async () => {
    const [before, after] = [`maiden@${org.domain}`, `married@${org.domain}`];
    expect(await enter({ sub: "s-1", email: before })).toBe(before);
    const id = await idOf(before);
    expect(await enter({ sub: "s-1", email: after })).toBe(after);
    expect([await idOf(before), await idOf(after)]).toEqual([undefined, id]);
    expect(await eventsOf(org.organizationId)).toEqual(expect.arrayContaining(["sso.identity_tied:success", "people.email_changed:success"]));
  });

  it("does not follow to an address of a domain that the connection does not speak for", async () => {
    const email = `stays@${org.domain}`;
    expect(await enter({ sub: "s-2", email })).toBe(email);
    expect(await enter({ sub: "s-2", email: "stays@elsewhere.test" })).toBe("not_admitted");
    expect(await idOf(email)).toBeDefined();
  });

  it("does not follow to an address that somebody has, here or in another organization, and says so", async () => {
    const [mine, hers] = [`mine@${org.domain}`, `hers@${org.domain}`];
    await enter({ sub: "s-3", email: mine });
    await enter({ sub: "s-4", email: hers });
    const her = await idOf(hers);
    expect(await enter({ sub: "s-3", email: hers })).toBe(mine);
    expect(await idOf(hers)).toBe(her);
    expect((await listTrouble(org.admin, { id: org.id })).conflicts).toMatchObject([{ subject: "s-3", conflict: "address_taken", person: { email: mine } }]);
    expect(await enter({ sub: "s-3", email: mine })).toBe(mine);
    const foreign = await (await tenant()).as("viewer");
    await inside(foreign, (tx) => tx.update(person).set({ email: `abroad@${org.domain}` }).where(eq(person.id, foreign.actor.id)));
    expect(await enter({ sub: "s-3", email: `abroad@${org.domain}` })).toBe(mine);
    expect(await enter({ sub: "s-3", email: mine })).toBe(mine);
    expect((await listTrouble(org.admin, { id: org.id })).conflicts).toEqual([]);
  });

  it("keeps out somebody new at the provider who was given the address of somebody who is here", async () => {
    const email = `reused@${org.domain}`;
    await enter({ sub: "s-old", email });
    const id = await idOf(email);
    expect([await enter({ sub: "s-new", email }), await enter({ sub: "s-new", email })]).toEqual(["conflict", "conflict"]);
    const { conflicts, refusals } = await listTrouble(org.admin, { id: org.id });
    expect(conflicts).toMatchObject([{ subject: "s-new", email, conflict: "other_subject", person: { id, email } }]);
    expect(refusals[0]).toMatchObject({ why: "conflict", reason: expect.stringContaining(email) });
    const told = await inside(org, (tx) => tx.select({ title: notice.title }).from(notice).where(eq(notice.personId, org.admin.actor.id)));
    expect(told).toEqual([{ title: "Two accounts at IdP claim one address" }]);
    expect(await inside(org, (tx) => tx.select({ to: mail.recipient }).from(mail).where(eq(mail.subject, "Two accounts at IdP claim one address")))).toEqual([{ to: org.admin.actor.email }]);
    expect(await enter({ sub: "s-old", email })).toBe(email);

    const conflictId = conflicts[0]?.id ?? "";
    await resolveIdentity(org.admin, { id: conflictId, who: "somebody_else" });
    expect(await enter({ sub: "s-new", email })).toBe("conflict");
    await resolveIdentity(org.admin, { id: conflictId, who: "same_person" });
    expect([await enter({ sub: "s-new", email }), await idOf(email)]).toEqual([email, id]);
    expect(await enter({ sub: "s-old", email })).toBe("conflict");
    await expect(resolveIdentity(org.admin, { id: conflictId, who: "same_person" })).rejects.toMatchObject({ code: "conflict" });
    expect(await eventsOf(org.organizationId)).toContain("sso.identity_conflict_resolved:success");
  });

  it("lets nobody who is not above a person decide that an account at the provider is theirs", async () => {
    const boss = await org.as("super_admin");
    const email = `boss@${org.domain}`;
    await inside(org, (tx) => tx.update(person).set({ email }).where(eq(person.id, boss.actor.id)));
    expect([await enter({ sub: "s-boss", email }), await enter({ sub: "s-thief", email })]).toEqual([email, "conflict"]);
    const found = (await listTrouble(org.admin, { id: org.id })).conflicts.find((each) => each.subject === "s-thief");
    await expect(resolveIdentity(org.admin, { id: found?.id ?? "", who: "same_person" })).rejects.toMatchObject({ code: "forbidden" });
  });

  it.each([false, "false", "False", 0, "no"])("is tied to nobody where the address is not verified there: %s", async (said) => {
    const email = `unverified@${org.domain}`;
    expect(await enter({ sub: "s-5", email, email_verified: said as boolean })).toBe("not_admitted");
    expect(await idOf(email)).toBeUndefined();
  });

  it("can be another claim of the provider, and everybody is tied anew then", async () => {
    const email = `oid@${org.domain}`;
    expect(await enter({ sub: "s-6", email })).toBe(email);
    const mapping = ClaimMapping.parse({ subject: "name", rules: [{ claim: "groups", value: "staff", role: "viewer" }] });
    await updateConnection(org.admin, { id: org.id, mapping, jit: true, idpInitiated: false, trustFactor: "never" });
    expect(await enter({ sub: "pairwise-1", email, name: "oid-6" })).toBe(email);
    expect(await enter({ sub: "pairwise-2", email, name: "oid-6" })).toBe(email);
    expect(await enter({ sub: "pairwise-2", email, name: "oid-7" })).toBe("conflict");
    expect(await enter({ sub: "pairwise-2", email })).toBe("not_admitted");
  });

  it("is nobody of another organization, though it has the same provider", async () => {
    const foreign = await organizationWith((admin) => connectOidc(admin, { name: "IdP", discoveryUrl: provider.issuer, ...client }), "email");
    expect((await listTrouble(foreign.admin, { id: foreign.id })).conflicts).toEqual([]);
    await expect(listTrouble(foreign.admin, { id: org.id })).rejects.toMatchObject({ code: "not_found" });
    await verified(foreign, foreign.admin, foreign.id, `more-${foreign.domain}`);
    await expect(verified(foreign, foreign.admin, foreign.id, org.domain)).rejects.toMatchObject({ code: "conflict" });
  });
});
