import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { directorySource, directorySync } from "@/db/schema/directory-sync";
import { mail, notice } from "@/db/schema/message";
import { person } from "@/db/schema/people";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { inside, type Tenant } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { failDirectorySync } from "../pull/fail";
import { previewDirectory } from "../pull/preview";
import { startDueSyncs } from "../pull/start-due";
import { syncDirectory } from "../pull/sync";
import { asDirectory, carryOutSync, syncOf } from "../pull/testing";
import { testDirectory } from "../pull/try-out";
import { ConnectGoogleInput, connectGoogle } from "./connect";
import { fakeGoogle, keyFile } from "./testing";

useTestDatabase();

let google: Awaited<ReturnType<typeof fakeGoogle>>;
beforeAll(async () => void (google = await fakeGoogle()));
afterAll(() => google?.close());

let t: Tenant;
let admin: PersonCtx;
beforeEach(async () => {
  t = await tenant();
  admin = await t.as("organization_admin");
  Object.assign(google, { failures: [], asked: [], users: [], groups: [] });
});

const connected = async (more: Record<string, unknown> = {}) => (await connectGoogle(admin, ConnectGoogleInput.parse({ name: "Workspace", adminEmail: "admin@corp.test", key: keyFile, ...more }))).id;
const preview = async (id: string) => carryOutSync(t, id, (await previewDirectory(admin, { id })).syncId);
const sync = async (id: string) => carryOutSync(t, id, (await syncDirectory(admin, { id })).syncId);
const staff = (count: number) => {
  const mark = newId();
  return Array.from({ length: count }, (_, index) => ({ id: `${index}${mark}`, primaryEmail: `g${index}-${mark}@corp.test`, name: { fullName: `Person ${index}` } }));
};

it("reads users, groups and groups inside of groups page by page, and lets who is suspended leave", async () => {
  google.users = staff(7);
  const [first, second] = google.users;
  google.groups = [
    { id: "outer", name: "Outer", email: "outer@corp.test", members: [{ id: "inner", type: "GROUP" }] },
    { id: "inner", name: "Inner", email: "inner@corp.test", members: google.users.slice(0, 5).map(({ id }) => ({ id, type: "USER" })) },
    ...["a", "b"].map((id) => ({ id, name: id, email: `${id}@corp.test`, members: [{ id: "C0", type: "CUSTOMER" }] })),
  ];
  const id = await connected();
  expect(await testDirectory(admin, { id })).toMatchObject({ sample: { users: { length: 5 }, groups: [{ name: "Outer", members: 1 }, { name: "Inner", members: 5 }, {}, {}], notes: [] } });
  expect(await preview(id)).toMatchObject({ state: "done", readUsers: 7, readGroups: 4, summary: { users: { create: 7 } } });
  expect(await sync(id)).toMatchObject({ state: "done", stepsFailed: 0 });
  google.users = google.users.map((user) => (user === first ? { ...user, suspended: true } : user));
  expect((await sync(id)).summary).toMatchObject({ users: { leave: 1 }, losing: 1 });
  const statusOf = async (email = "") => (await inside(t, (tx) => tx.select({ status: person.status }).from(person).where(eq(person.email, email))))[0]?.status;
  expect([await statusOf(first?.primaryEmail), await statusOf(second?.primaryEmail)]).toEqual(["left", "active"]);
});

const refusals: [string, RegExp, number, unknown, RegExp, RegExp][] = [
  ["a service account without delegation", /token/, 401, { error: "unauthorized_client", error_description: "Client is unauthorized" }, /act for an administrator/, /Domain-wide delegation.*1234567890/],
  ["a key that was deleted", /token/, 400, { error: "invalid_grant", error_description: "Invalid JWT Signature." }, /does not take this key/, /new key/],
  ["an administrator who may not", /users/, 403, { error: { code: 403, message: "Not Authorized to access this resource/api", errors: [{ reason: "forbidden" }] } }, /admin@corp.test may not read/, /administrator who may/],
  ["an API that is not turned on", /users/, 403, { error: { code: 403, message: "Admin SDK API has not been used in project 1 before or it is disabled.", errors: [{ reason: "accessNotConfigured" }] } }, /not turned on/, /Enable/],
  ["a token that is not taken", /users/, 401, { error: { code: 401, message: "Invalid Credentials" } }, /does not take the portal's access/, /delegation/],
];
it.each(refusals)("says what to do about %s, and does not try that again", async (_, path, status, body, problem, hint) => {
  google.failures = [{ path, status, body, times: 99 }];
  const id = await connected();
  expect(await testDirectory(admin, { id })).toEqual({ problem: expect.stringMatching(problem), hint: expect.stringMatching(hint) });
  expect(await preview(id)).toMatchObject({ state: "failed", problem: expect.stringMatching(problem) });
});

it("says that there is no such administrator", async () => {
  expect(await testDirectory(admin, { id: await connected({ adminEmail: "nobody@corp.test" }) })).toEqual({ problem: expect.stringContaining("nobody@corp.test"), hint: expect.any(String) });
});

it.each([
  [429, {}],
  [503, {}],
  [403, { error: { code: 403, message: "Quota exceeded", errors: [{ reason: "quotaExceeded" }] } }],
])("tries again after %d, since that passes by itself", async (status, body) => {
  google.users = staff(4);
  google.failures = [{ path: /users/, status, body, times: 1 }];
  const id = await connected();
  const { syncId } = await previewDirectory(admin, { id });
  await expect(carryOutSync(t, id, syncId)).rejects.toMatchObject({ code: "unavailable" });
  expect(await syncOf(t, syncId)).toMatchObject({ state: "reading", problem: expect.stringContaining("Google") });
  expect(await carryOutSync(t, id, syncId)).toMatchObject({ state: "done", readUsers: 4, problem: null });
});

it("comes again by the clock once a sync was started by hand, and tells admins once when it fails three times", async () => {
  google.users = staff(2);
  const id = await connected();
  const clock = systemCtx("directories", t.organizationId);
  const due = () => inside(t, (tx) => tx.update(directorySource).set({ nextSyncAt: new Date(Date.now() - 1_000) }));
  await due();
  expect(await startDueSyncs(clock)).toBe(0);
  await preview(id);
  await sync(id);
  expect(await startDueSyncs(clock)).toBe(0);
  for (let failures = 1; failures <= 4; failures++) {
    await due();
    expect([await startDueSyncs(clock), await startDueSyncs(clock)]).toEqual([1, 0]);
    const [open] = await inside(t, (tx) => tx.select().from(directorySync).where(eq(directorySync.state, "queued")));
    await failDirectorySync(await asDirectory(t, id), { syncId: open?.id ?? "", problem: "Google is away.", hint: null });
    const [notices, mails] = [await inside(t, (tx) => tx.select().from(notice)), await inside(t, (tx) => tx.select().from(mail))];
    expect([notices.length, mails.length]).toEqual(failures < 3 ? [0, 0] : [1, 1]);
  }
  await sync(id);
  expect(await inside(t, (tx) => tx.select({ failures: directorySource.failures }).from(directorySource))).toEqual([{ failures: 0 }]);
});

it("keeps the key where nobody reads it", async () => {
  const id = await connected();
  const rows = await inside(t, (tx) => tx.select().from(directorySource).where(eq(directorySource.directoryId, id)));
  expect(JSON.stringify(rows.map((row) => ({ ...row, secret: row.secret.toString("latin1") })))).not.toContain("PRIVATE KEY");
  for (const key of ["{}", "not json", JSON.stringify({ ...JSON.parse(keyFile), private_key: "none" })]) expect(ConnectGoogleInput.safeParse({ name: "W", adminEmail: "a@corp.test", key }).success).toBe(false);
});

it("stops and asks when more would leave than are lost in a day, and goes on by itself with as many as may", async () => {
  google.users = staff(20);
  google.groups = [{ id: "all", name: "All", email: "all@corp.test", members: [] }];
  const id = await connected();
  await preview(id);
  await sync(id);
  const everybody = google.users;
  google.users = everybody.slice(6);
  expect(await sync(id)).toMatchObject({ state: "held", summary: { losing: 6 }, problem: expect.stringContaining("more than 20 % at once") });
  google.users = everybody.slice(5);
  expect(await sync(id)).toMatchObject({ state: "done", summary: { losing: 5 } });
  const left = await inside(t, (tx) => tx.select({ id: person.id }).from(person).where(eq(person.status, "left")));
  expect(left).toHaveLength(5);
});
