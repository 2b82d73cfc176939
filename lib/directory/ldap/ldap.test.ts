import { and, eq, isNull } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryGroup, directoryUser } from "@/db/schema/directory";
import { directoryPulled, directorySource, directorySync } from "@/db/schema/directory-sync";
import { person as personTable, roleGrant } from "@/db/schema/people";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { askedDirectoryCtx } from "@/lib/ctx/directory";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { inside, type Tenant } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { transact } from "@/lib/transact";
import { checkDirectoryDrift } from "../check-drift";
import { disconnectDirectory } from "../disconnect";
import { loadDirectory } from "../load";
import { MappingInput } from "../mapping";
import { applyDirectory } from "../pull/apply";
import { cancelDirectorySync } from "../pull/cancel";
import { compareDirectory } from "../pull/compare";
import { finishDirectorySync } from "../pull/finish";
import { previewDirectory } from "../pull/preview";
import { readDirectory } from "../pull/read";
import { syncDirectory } from "../pull/sync";
import { asDirectory, carryOutSync, syncOf } from "../pull/testing";
import { testDirectory } from "../pull/try-out";
import { resolveConflicts } from "../resolve-conflicts";
import type { UserFields } from "../scim/user-fields";
import { setGroupMapping } from "../set-group-mapping";
import { insertUser } from "../users/insert";
import { ConnectLdapInput, connectLdap } from "./connect";
import { cuttingServer } from "./testing-thief";
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

describe("what a sync is killed in, or refused", () => {
  it("goes on where it was, and does nothing twice", async () => {
    const uids = Array.from({ length: 30 }, (_, index) => `k${index}`);
    const d = await department(...uids);
    await d.addGroup("all", uids.map(d.dnOf));
    const id = await connected(d.at);
    await preview(id);
    const { syncId } = await syncDirectory(admin, { id });
    const ctx = await asDirectory(t, id);
    await readDirectory(ctx, { syncId });
    await readDirectory(ctx, { syncId });
    await compareDirectory(ctx, { syncId });
    expect(await compareDirectory(ctx, { syncId })).toBe("over");
    // Somebody was made, and the process died before it was noted.
    await inside(t, (tx) => tx.update(directoryPulled).set({ done: false }));
    const [one] = await inside(t, (tx) => tx.select().from(directoryPulled).where(eq(directoryPulled.kind, "user")).limit(1));
    await transact(ctx, async (tx) => {
      authorizeDirectory(tx, ctx, "invite");
      return insertUser(tx, ctx, one?.record as UserFields);
    });
    while (await applyDirectory(ctx, { syncId }));
    expect(await applyDirectory(ctx, { syncId })).toBe(false);
    await finishDirectorySync(ctx, { syncId });
    await finishDirectorySync(ctx, { syncId });
    expect(await syncOf(t, syncId)).toMatchObject({ state: "done", steps: 31, stepsDone: 31, stepsFailed: 0 });
    expect(await inside(t, (tx) => tx.$count(directoryUser))).toBe(30);
    expect((await eventsOf(t.organizationId)).filter((event) => event.startsWith("directory.user_created"))).toHaveLength(30);
  });

  it("takes everybody but the last admin, and says so", async () => {
    const d = await department("chief", "other");
    const id = await connected(d.at);
    await d.addGroup("chiefs", [d.dnOf("chief")]);
    await preview(id);
    await setGroupMapping(admin, MappingInput.parse({ groupId: await groupId("chiefs"), gives: ["organization_admin@organization"] }));
    await sync(id);
    const { syncId } = await syncDirectory(admin, { id });
    await inside(t, (tx) => tx.update(roleGrant).set({ revokedAt: new Date() }).where(eq(roleGrant.personId, admin.actor.id)));
    await server.del(d.dnOf("chief"));
    await server.del(d.dnOf("other"));
    await inside(t, (tx) => tx.update(directorySync).set({ allowedLosses: 2 }));
    expect(await carryOutSync(t, id, syncId)).toMatchObject({ state: "done", stepsDone: 3, stepsFailed: 2, problem: expect.stringContaining("last organization admin") });
    expect(await people()).toEqual(expect.arrayContaining([{ email: d.mail("chief"), status: "active" }, { email: d.mail("other"), status: "left" }]));
    expect(await inside(t, (tx) => tx.select({ conflict: directoryUser.conflict }).from(directoryUser))).toEqual([{ conflict: "last_admin" }]);
  });

  it("is stopped by an admin, or by disconnecting, and forgets what it read and its password", async () => {
    const d = await department("ivy");
    const id = await connected(d.at);
    await preview(id);
    const { syncId } = await syncDirectory(admin, { id });
    const ctx = await asDirectory(t, id);
    await readDirectory(ctx, { syncId });
    await expect(previewDirectory(admin, { id })).rejects.toMatchObject({ code: "conflict" });
    await cancelDirectorySync(admin, { id });
    expect([await compareDirectory(ctx, { syncId }), await applyDirectory(ctx, { syncId }), await readDirectory(ctx, { syncId })]).toEqual(["over", false, "over"]);
    const again = await syncDirectory(admin, { id });
    await readDirectory(ctx, again);
    await disconnectDirectory(admin, { id });
    expect(await askedDirectoryCtx(t.organizationId, id)).toBeNull();
    for (const table of [directoryPulled, directorySource]) expect(await inside(t, (tx) => tx.$count(table))).toBe(0);
    expect(await people()).not.toContainEqual(expect.objectContaining({ email: d.mail("ivy") }));
  });

  it("puts right at night what something else changed, and says so", async () => {
    const d = await department("joe");
    await d.addGroup("all", [d.dnOf("joe")]);
    const id = await connected(d.at);
    await preview(id);
    await setGroupMapping(admin, MappingInput.parse({ groupId: await groupId("all"), gives: ["viewer@organization"] }));
    await sync(id);
    const clock = systemCtx("directories", t.organizationId);
    expect(await checkDirectoryDrift(clock)).toBe(0);
    await inside(t, (tx) => tx.update(roleGrant).set({ role: "organization_admin" }).where(eq(roleGrant.source, `directory:${id}`)));
    expect(await checkDirectoryDrift(clock)).toBe(2);
    expect(await holders("viewer")).toEqual([d.mail("joe")]);
    expect(await holders("organization_admin")).not.toContain(d.mail("joe"));
    expect(await eventsOf(t.organizationId)).toContain("directory.drift_found:success");
  });
});

describe("conflicts", () => {
  it("are decided several at once, all of them or none", async () => {
    const d = await department("ann", "ben", "cat");
    for (const uid of ["ann", "ben", "cat"]) await inside(t, (tx) => tx.insert(personTable).values({ id: newId(), organizationId: t.organizationId, email: d.mail(uid), name: uid, status: "active" }));
    const id = await connected(d.at);
    await preview(id);
    await sync(id);
    const rows = (await loadDirectory(admin, { id })).conflictPage.rows;
    expect(rows).toHaveLength(3);
    const userIds = rows.map(({ userId }) => userId);
    await expect(resolveConflicts(admin, { userIds: [...userIds, newId()], how: "adopt" })).rejects.toMatchObject({ code: "not_found" });
    expect((await loadDirectory(admin, { id })).conflicts).toBe(3);
    expect(await resolveConflicts(admin, { userIds: userIds.slice(0, 2), how: "adopt" })).toEqual({ count: 2 });
    expect(await resolveConflicts(admin, { userIds: userIds.slice(2), how: "leave" })).toEqual({ count: 1 });
    expect((await loadDirectory(admin, { id })).conflictPage).toMatchObject({ rows: [] });
    expect((await eventsOf(t.organizationId)).filter((event) => event.startsWith("directory.conflict_resolved"))).toHaveLength(3);
  });
});

describe("the password", () => {
  it("goes nowhere else unless it is given again", async () => {
    const id = await connected();
    const elsewhere = { id, ...settings(), host: "ldap.elsewhere.test" };
    await expect(updateLdap(admin, UpdateLdapInput.parse(elsewhere))).rejects.toMatchObject({ fields: { password: expect.any(String) } });
    await expect(updateLdap(admin, UpdateLdapInput.parse({ ...elsewhere, password: "again" }))).resolves.toEqual({ id });
    const rows = await inside(t, (tx) => tx.select().from(directorySource));
    expect(JSON.stringify(rows.map((row) => row.secret.toString("latin1")))).not.toContain("again");
  });

  it("is never sent in plain: not by settings, nor when somebody cuts off the secured connection", async () => {
    const plain = ConnectLdapInput.safeParse({ name: "Plain", password, ...settings({ security: "none", host: "ldap.corp.test" }) });
    expect(plain.success).toBe(false);
    const thief = await cuttingServer();
    const id = await connected({ security: "starttls", port: thief.port });
    expect(await testDirectory(admin, { id })).toMatchObject({ problem: expect.any(String) });
    expect(thief.connections()).toBe(1);
    expect(thief.heard()).not.toContain(password);
    await thief.close();
  });

  it("is asked for by filters and names that are nothing else", () => {
    const wrong: Record<string, unknown>[] = [{ userFilter: "(uid=*" }, { userFilter: "uid=*)(objectClass=*" }, { idAttribute: "a)(b" }, { host: "ldap://x" }, { host: "169.254.169.254" }, { userBase: "people" }, { ca: "none" }];
    for (const more of wrong) expect(ConnectLdapInput.safeParse({ name: "Wrong", password, ...settings(more) }).success, JSON.stringify(more)).toBe(false);
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
