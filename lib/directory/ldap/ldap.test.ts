import { and, eq, isNull } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryGroup, directoryUser } from "@/db/schema/directory";
import { directoryPulled, directorySource } from "@/db/schema/directory-sync";
import { person as personTable, roleGrant } from "@/db/schema/people";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { inside, type Tenant } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { MappingInput } from "../mapping";
import { previewDirectory } from "../pull/preview";
import { syncDirectory } from "../pull/sync";
import { carryOutSync } from "../pull/testing";
import { testDirectory } from "../pull/try-out";
import { setGroupMapping } from "../set-group-mapping";
import { ConnectLdapInput, connectLdap } from "./connect";
import { base, bindDn, ca, group, largeSize, password, person, testLdap, type TestLdap } from "./testing";
import { UpdateLdapInput, updateLdap } from "./update";

useTestDatabase();

let server: TestLdap;
beforeAll(async () => void (server = await testLdap()));
afterAll(() => server?.close());

const tag = () => newId().slice(-8);
const settings = (more: Record<string, unknown> = {}) => ({ flavour: "openldap", host: "localhost", port: server.tlsPort, security: "ldaps", ca, bindDn, userBase: `ou=people,${base}`, groupBase: `ou=groups,${base}`, ...more });

let t: Tenant;
let admin: PersonCtx;
beforeEach(async () => {
  t = await tenant();
  admin = await t.as("organization_admin");
});

async function connected(more: Record<string, unknown> = {}): Promise<string> {
  return (await connectLdap(admin, ConnectLdapInput.parse({ name: "Company LDAP", password, ...settings(more) }))).id;
}

const preview = async (id: string) => carryOutSync(t, id, (await previewDirectory(admin, { id })).syncId);
const sync = async (id: string, heldId?: string) => carryOutSync(t, id, (await syncDirectory(admin, { id, ...(heldId ? { heldId } : {}) })).syncId);
const people = () => inside(t, (tx) => tx.select({ email: personTable.email, status: personTable.status }).from(personTable));
const groupId = async (name: string) => (await inside(t, (tx) => tx.select().from(directoryGroup).where(eq(directoryGroup.displayName, name))))[0]?.id ?? "";
const holders = async (role: string) =>
  (await inside(t, (tx) => tx.select({ email: personTable.email }).from(roleGrant).innerJoin(personTable, eq(personTable.id, roleGrant.personId)).where(and(eq(roleGrant.role, role), isNull(roleGrant.revokedAt))))).map(({ email }) => email).sort();

/** A department of its own, so that tests do not see each other's people. */
async function department(...uids: string[]) {
  const mark = tag();
  const ou = `ou=${mark},ou=people,${base}`;
  await server.add(ou, { objectClass: "organizationalUnit", ou: mark });
  const names = Object.fromEntries(uids.map((uid) => [uid, `${uid}-${mark}`]));
  const dnOf = (uid: string) => `uid=${names[uid]},${ou}`;
  const add = async (uid: string, more = {}) => server.add(dnOf(uid), person(names[uid] ?? `${uid}-${mark}`, more)[1]);
  for (const uid of uids) await add(uid);
  const groups = `ou=${mark},ou=groups,${base}`;
  await server.add(groups, { objectClass: "organizationalUnit", ou: mark });
  const addGroup = async (cn: string, member: string[]) => server.add(`cn=${cn},${groups}`, group(cn, member)[1]);
  return { ou, groups, dnOf, add, addGroup, mail: (uid: string) => `${names[uid]}@corp.test`, groupDn: (cn: string) => `cn=${cn},${groups}`, at: { userBase: ou, groupBase: groups } };
}

describe("a directory asked by LDAP", () => {
  it("is tried out, previewed, and only then carried out, with groups inside of groups", async () => {
    const d = await department("ada", "bob", "zoe");
    await d.addGroup("staff", [d.dnOf("bob"), d.groupDn("eng")]);
    await d.addGroup("eng", [d.dnOf("ada").toUpperCase(), d.groupDn("ops")]);
    await d.addGroup("ops", [d.dnOf("zoe"), d.groupDn("staff")]);
    const id = await connected(d.at);
    const tried = await testDirectory(admin, { id });
    expect("sample" in tried && tried.sample.users.map(({ email }) => email).sort()).toEqual([d.mail("ada"), d.mail("bob"), d.mail("zoe")]);
    expect(tried).toMatchObject({ sample: { groups: expect.arrayContaining([{ name: "staff", members: 2 }]), notes: [] } });

    await expect(syncDirectory(admin, { id })).rejects.toMatchObject({ code: "conflict", hint: "Preview it first." });
    const before = await people();
    const first = await preview(id);
    expect(first).toMatchObject({ state: "done", readUsers: 3, readGroups: 3, summary: { users: { create: 3, conflict: 0 }, groups: { create: 3 }, losing: 0, roles: [] } });
    expect(await people()).toEqual(before);
    await setGroupMapping(admin, MappingInput.parse({ groupId: await groupId("staff"), gives: ["viewer@organization"] }));
    await setGroupMapping(admin, MappingInput.parse({ groupId: await groupId("ops"), gives: [`supervisor@${t.workspaceId}`] }));
    const second = await preview(id);
    expect(second.summary?.roles).toEqual([{ role: "supervisor", workspaceId: t.workspaceId, before: 0, after: 3 }, { role: "viewer", workspaceId: null, before: 0, after: 3 }]);
    expect(await holders("viewer")).toEqual([]);

    expect(await sync(id)).toMatchObject({ state: "done", stepsDone: 6, stepsFailed: 0, problem: null });
    expect(await holders("viewer")).toEqual([d.mail("ada"), d.mail("bob"), d.mail("zoe")]);
    expect(await inside(t, (tx) => tx.select().from(directoryPulled))).toEqual([]);
    expect(await sync(id)).toMatchObject({ state: "done", steps: 0, summary: { users: { same: 3, create: 0, change: 0 }, groups: { same: 3, change: 0 } } });
    expect(await eventsOf(t.organizationId)).toContain("directory.sync_finished:success");
  });

  it("takes leavings, changes and conflicts as SCIM does, and what it foretold is what happened", async () => {
    const d = await department("ann", "ben", "cat", "dan");
    await d.addGroup("all", ["ann", "ben", "cat", "dan"].map(d.dnOf));
    const id = await connected(d.at);
    await inside(t, (tx) => tx.insert(personTable).values({ id: newId(), organizationId: t.organizationId, email: d.mail("dan"), name: "By hand", status: "active" }));
    const first = await preview(id);
    expect(first.summary).toMatchObject({ users: { create: 4, conflict: 1 }, named: expect.arrayContaining([{ what: "conflict", name: expect.stringMatching(/^dan/), detail: d.mail("dan") }]) });
    await setGroupMapping(admin, MappingInput.parse({ groupId: await groupId("all"), gives: ["viewer@organization"] }));
    expect((await preview(id)).summary?.roles).toMatchObject([{ role: "viewer", after: 3 }]);
    await sync(id);
    expect(await holders("viewer")).toEqual([d.mail("ann"), d.mail("ben"), d.mail("cat")]);

    await server.del(d.dnOf("cat"));
    await server.del(d.dnOf("ben"));
    await d.add("ben", { displayName: "Ben Renamed" });
    const told = (await preview(id)).summary;
    const done = await sync(id);
    expect({ ...told, named: [] }).toEqual({ ...done.summary, named: [] });
    expect(await people()).toContainEqual({ email: d.mail("cat"), status: "left" });
    expect(await holders("viewer")).not.toContain(d.mail("cat"));
  });

  it("stops and asks when a broken server answers as if nobody were left, and goes on with as many as were seen", async () => {
    const uids = Array.from({ length: 8 }, (_, index) => `p${index}`);
    const d = await department(...uids);
    await d.addGroup("all", uids.map(d.dnOf));
    const id = await connected(d.at);
    await preview(id);
    await sync(id);
    const other = await department();
    await updateLdap(admin, UpdateLdapInput.parse({ id, ...settings(), ...d.at, userBase: other.ou }));
    const held = await sync(id);
    expect(held).toMatchObject({ state: "held", summary: { losing: 8 }, problem: expect.stringContaining("without any user") });
    expect((await people()).filter(({ status }) => status === "left")).toEqual([]);
    expect(await inside(t, (tx) => tx.select({ next: directorySource.nextSyncAt }).from(directorySource))).toEqual([{ next: null }]);
    await expect(syncDirectory(admin, { id, heldId: newId() })).rejects.toMatchObject({ code: "conflict" });
    expect(await sync(id, held.id)).toMatchObject({ state: "done" });
    expect((await people()).filter(({ status }) => status === "left")).toHaveLength(8);
  });

  it("leaves nobody out of a large directory, although its server gives only some at a time", async () => {
    const id = await connected({ userBase: `ou=large,${base}` });
    expect(await preview(id)).toMatchObject({ readUsers: largeSize, summary: { users: { create: largeSize } } });
  });

  it("lets nobody leave whose entry has a fault", async () => {
    const d = await department("fay", "gus");
    const id = await connected(d.at);
    await preview(id);
    await sync(id);
    await updateLdap(admin, UpdateLdapInput.parse({ id, ...settings(), ...d.at, emailAttribute: "title" }));
    expect(await sync(id)).toMatchObject({ state: "done", summary: { users: { skipped: 2, leave: 0 }, losing: 0 } });
    expect(await inside(t, (tx) => tx.select({ active: directoryUser.active }).from(directoryUser))).toEqual([{ active: true }, { active: true }]);
  });
});

describe("what is wrong is said, with what to do", () => {
  const failures: [string, () => Record<string, unknown>, { password?: string }, RegExp, RegExp][] = [
    ["a wrong password", () => ({}), { password: "wrong" }, /refused the bind DN or its password/, /neither locked nor expired/],
    ["an authority that is not known", () => ({ ca: "" }), {}, /signed by (itself|an authority)/, /Paste/],
    ["a name that the certificate does not have", () => ({ host: "127.0.0.1" }), {}, /not for '127.0.0.1'/, /name that stands in the certificate/],
    ["a base that is not there", () => ({ userBase: `ou=nobody,${base}` }), {}, /no such base/, /ou=nobody/],
    ["a port where LDAP is in plain", () => ({ port: server.plainPort }), {}, /does not speak TLS|cannot be reached/, /636|firewall/],
  ];
  it.each(failures)("%s", async (_, more, { password: typed = password }, problem, hint) => {
    const { id } = await connectLdap(admin, ConnectLdapInput.parse({ name: "Wrong", password: typed, ...settings(more()) }));
    expect(await testDirectory(admin, { id })).toEqual({ problem: expect.stringMatching(problem), hint: expect.stringMatching(hint) });
  });
});
