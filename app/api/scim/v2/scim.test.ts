import { and, eq, isNull } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { directory } from "@/db/schema/directory";
import { agent } from "@/db/schema/agent";
import { chatIdentity } from "@/db/schema/chat";
import { person, roleGrant } from "@/db/schema/people";
import { agentScopes } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { keyCtx } from "@/lib/ctx/key";
import { loadPersonCtx } from "@/lib/ctx/person";
import { connectDirectory } from "@/lib/directory/connect";
import { disconnectDirectory } from "@/lib/directory/disconnect";
import { listDirectories } from "@/lib/directory/list";
import { loadDirectory } from "@/lib/directory/load";
import { MappingInput } from "@/lib/directory/mapping";
import { previewGroupMapping } from "@/lib/directory/preview-group-mapping";
import { resolveConflict } from "@/lib/directory/resolve-conflict";
import { rotateDirectoryToken } from "@/lib/directory/rotate-token";
import { setGroupMapping } from "@/lib/directory/set-group-mapping";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import { changeRole } from "@/lib/people/change-role";
import { grantRole } from "@/lib/people/grant-role";
import { InvitePersonInput, invitePerson } from "@/lib/people/invite";
import { removePerson } from "@/lib/people/remove";
import { revokeRole } from "@/lib/people/revoke-role";
import { inside, type Tenant } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { type Client, entra, okta, scimClient } from "./testing";

useTestDatabase();

const info = () => ({ requestId: newId(), ip: "192.0.2.7", userAgent: "test" });
const address = (name = "user") => `${name}-${newId()}@example.test`;
const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const gives = (groupId: string, ...roles: string[]) => MappingInput.parse({ groupId, gives: roles });

async function connected(t: Tenant, admin?: PersonCtx) {
  const by = admin ?? (await t.as("organization_admin"));
  const { id, token } = await connectDirectory(by, { kind: "okta", name: "Company Okta" });
  return { admin: by, id, token, scim: scimClient(token) };
}

const personOf = async (t: Tenant, email: string) => (await inside(t, (tx) => tx.select().from(person).where(eq(person.email, email))))[0];
const rolesOf = async (t: Tenant, personId: string) =>
  (await inside(t, (tx) => tx.select({ role: roleGrant.role, workspaceId: roleGrant.workspaceId, source: roleGrant.source }).from(roleGrant).where(and(eq(roleGrant.personId, personId), isNull(roleGrant.revokedAt)))))
    .map(({ role, workspaceId, source }) => `${role}${workspaceId ? "@workspace" : ""}${source === "hand" ? "" : " by group"}`)
    .sort();

describe("who somebody is in a chat", () => {
  const urn = "urn:countersign:params:scim:schemas:extension:chat:2.0:User";
  const patch = (op: string, path: string | undefined, value?: unknown) => ({ schemas: [patchOp], Operations: [{ op, ...(path ? { path } : {}), ...(value === undefined ? {} : { value }) }] });

  it("is what the directory says now, in our extension, in the ways of Okta and Entra ID", async () => {
    const t = await tenant();
    const { admin, scim, id: directoryId } = await connected(t);
    const known = () => inside(t, (tx) => tx.select({ kind: chatIdentity.kind, chatId: chatIdentity.chatId, source: chatIdentity.source, sourceId: chatIdentity.sourceId }).from(chatIdentity).orderBy(chatIdentity.kind));
    const userName = address();
    const { body } = await scim("POST", "/Users", { schemas: [urn], userName, active: true, [urn]: { slackUserId: "U0SCIM", chatUserId: "mm:scim" } });
    expect(body).toMatchObject({ [urn]: { slackUserId: "U0SCIM" }, schemas: expect.arrayContaining([urn]) });
    expect(body).not.toHaveProperty("chat");
    const at = `/Users/${body.id}`;
    expect(await known()).toEqual([{ kind: "slack", chatId: "U0SCIM", source: "directory", sourceId: directoryId }, { kind: "webhook", chatId: "mm:scim", source: "directory", sourceId: directoryId }]);
    await scim("PATCH", at, patch("Replace", `${urn}:slackUserId`, "U0ENTRA"));
    await scim("PATCH", at, patch("replace", undefined, { [urn]: { chatUserId: "mm:okta" } }));
    expect((await known()).map(({ chatId }) => chatId)).toEqual(["U0ENTRA", "mm:okta"]);
    await scim("PATCH", at, patch("remove", `${urn}:chatUserId`));
    expect((await known()).map(({ chatId }) => chatId)).toEqual(["U0ENTRA"]);
    await okta.setActive(scim, body.id, false);
    expect(await known()).toEqual([]);
    await okta.setActive(scim, body.id, true);
    expect((await known()).map(({ chatId }) => chatId)).toEqual(["U0ENTRA"]);
    await scim("PUT", at, { userName, active: true });
    expect(await known()).toEqual([]);
    await scim("PATCH", at, patch("add", urn, { slackUserId: "U0AGAIN" }));
    await disconnectDirectory(admin, { id: directoryId });
    expect(await known()).toEqual([]);
  });
});

describe("Okta", () => {
  it("makes people, gives them roles by groups, and takes all of it away", async () => {
    const t = await tenant();
    const { admin, scim, id } = await connected(t);
    const email = address();
    expect((await okta.find(scim, email)).body).toMatchObject({ totalResults: 0, Resources: [] });
    const made = await okta.create(scim, email, { givenName: "Ola", familyName: "Okta" });
    expect(made).toMatchObject({ status: 201, body: { userName: email, active: true, meta: { resourceType: "User", version: 'W/"1"' } } });
    expect(made.headers.get("content-type")).toMatch(/^application\/scim\+json/);
    expect(made.headers.get("location")).toBe((made.body.meta as { location: string }).location);
    expect(JSON.stringify(made.body)).not.toContain("1mz050nq");
    expect((await okta.find(scim, email.toUpperCase())).body).toMatchObject({ totalResults: 1, Resources: [{ id: made.body.id }] });
    const who = await personOf(t, email);
    expect(who).toMatchObject({ name: "Ola Okta", status: "active", passwordHash: null });
    const personId = who?.id ?? "";

    const group = await okta.createGroup(scim, "Risk & Compliance (EU) 🛡");
    expect(group.status).toBe(201);
    await setGroupMapping(admin, gives(group.body.id, "supervisor@organization", `agent_manager@${t.workspaceId}`));
    expect(await rolesOf(t, personId)).toEqual([]);
    expect((await okta.addMembers(scim, group.body.id, [made.body.id])).status).toBe(204);
    expect(await rolesOf(t, personId)).toEqual(["agent_manager@workspace by group", "supervisor by group"]);
    expect((await scim("GET", `/Groups/${group.body.id}`)).body).toMatchObject({ members: [{ value: made.body.id, display: email }] });
    expect((await okta.rename(scim, group.body.id, "Risk")).status).toBe(204);
    expect((await okta.removeMember(scim, group.body.id, made.body.id)).status).toBe(204);
    expect(await rolesOf(t, personId)).toEqual([]);

    await okta.addMembers(scim, group.body.id, [made.body.id]);
    expect((await okta.setActive(scim, made.body.id, false)).body).toMatchObject({ active: false });
    expect(await personOf(t, email)).toMatchObject({ status: "left", leftBy: `directory:${id}` });
    expect(await rolesOf(t, personId)).toEqual([]);
    // Back from leave: what the directory took away itself, it may give back, with what the groups give now.
    expect((await okta.setActive(scim, made.body.id, true)).body).toMatchObject({ active: true });
    expect(await personOf(t, email)).toMatchObject({ status: "active", leftBy: null });
    expect(await rolesOf(t, personId)).toEqual(["agent_manager@workspace by group", "supervisor by group"]);
    expect((await scim("DELETE", `/Users/${made.body.id}`)).status).toBe(204);
    expect((await scim("GET", `/Users/${made.body.id}`)).status).toBe(404);
    expect(await personOf(t, email)).toMatchObject({ status: "left", name: "Ola Okta" });
    expect((await eventBodies(t.organizationId, "people.removed")).at(-1)).toMatchObject({ actor: { kind: "directory", id, name: "Company Okta" } });
  });
});

describe("Entra ID", () => {
  it("speaks its own dialect: capitals, path filters, text for booleans, extensions that are not kept", async () => {
    const t = await tenant();
    const { admin, scim } = await connected(t);
    const [email, other] = [address(), address("renamed")];
    const made = await entra.create(scim, email);
    const { id } = made.body;
    expect((await entra.find(scim, email)).body).toMatchObject({ totalResults: 1 });
    expect((await entra.update(scim, id, other)).body).toMatchObject({ emails: [{ value: other, type: "work" }], name: { familyName: "Renamed", givenName: "Erika" } });
    expect(await personOf(t, other)).toMatchObject({ status: "active" });
    const group = await entra.createGroup(scim, "All Company");
    expect((await entra.findGroup(scim, "all company")).body).toMatchObject({ totalResults: 1, Resources: [{ id: group.body.id }] });
    expect(JSON.stringify((await entra.findGroup(scim, "All Company")).body)).not.toContain("members");
    await setGroupMapping(admin, gives(group.body.id, "viewer@organization"));
    const personId = (await personOf(t, other))?.id ?? "";
    for (const step of ["addMember", "removeMember", "addMember"] as const) expect((await entra[step](scim, group.body.id, id)).status).toBe(204);
    expect(await rolesOf(t, personId)).toEqual(["viewer by group"]);
    const mixed = { schemas: [patchOp], Operations: [{ op: "Replace", value: { "name.givenName": "Eva", 'emails[type eq "home"].value': "home@example.test", userName: other } }] };
    expect((await scim("PATCH", `/Users/${id}`, mixed)).body).toMatchObject({ userName: other, name: { givenName: "Eva" }, emails: [{ value: other }, { type: "home", value: "home@example.test" }] });
    expect((await entra.disable(scim, id)).body).toMatchObject({ active: false });
    expect(await personOf(t, other)).toMatchObject({ status: "left" });
  });
});

describe("the protocol", () => {
  it("pages, filters, and says what it can", async () => {
    const t = await tenant();
    const { scim } = await connected(t);
    const names = Array.from({ length: 5 }, () => address());
    for (const name of names) await entra.create(scim, name);
    const page = await scim("GET", "/Users?startIndex=2&count=2");
    expect(page.body).toMatchObject({ totalResults: 5, startIndex: 2, itemsPerPage: 2, Resources: [{ userName: names[1] }, { userName: names[2] }] });
    expect((await scim("GET", "/Users?count=0")).body).toMatchObject({ totalResults: 5, Resources: [] });
    expect((await scim("GET", "/Users?startIndex=-3&count=100000")).body).toMatchObject({ startIndex: 1, itemsPerPage: 5 });
    const both = encodeURIComponent(`userName eq "${names[3]}" and externalId eq "0a21f0f2-${names[3]}"`);
    expect((await scim("GET", `/Users?filter=${both}`)).body).toMatchObject({ totalResults: 1 });
    expect((await scim("GET", `/Users?filter=${encodeURIComponent(`emails[type eq "work" and value eq "${names[4]}"]`)}`)).body).toMatchObject({ totalResults: 1 });
    expect((await scim("GET", "/ServiceProviderConfig")).body).toMatchObject({ patch: { supported: true }, etag: { supported: true } });
    for (const [path, total] of [["/Schemas", 3], ["/ResourceTypes", 2]] as const) expect((await scim("GET", path)).body).toMatchObject({ totalResults: total });
    expect((await scim("GET", "/ResourceTypes/User")).body).toMatchObject({ endpoint: "/Users" });
    expect((await scim("DELETE", "/Users")).status).toBe(405);
    expect((await scim("POST", "/Bulk", {})).status).toBe(404);
  });

  it("keeps two clients from writing over each other, by versions", async () => {
    const { scim } = await connected(await tenant());
    const { body, headers } = await entra.create(scim, address());
    const version = headers.get("etag") ?? "";
    expect((await scim("GET", `/Users/${body.id}`, undefined, { "if-none-match": version })).status).toBe(304);
    const rename = (displayName: string, match: string) => scim("PATCH", `/Users/${body.id}`, { schemas: [patchOp], Operations: [{ op: "replace", path: "displayName", value: displayName }] }, { "if-match": match });
    expect(await rename("First", version)).toMatchObject({ status: 200, body: { meta: { version: 'W/"2"' } } });
    expect((await rename("Second", version)).status).toBe(412);
    expect((await rename("First", 'W/"2"')).headers.get("etag")).toBe('W/"2"');
    expect((await scim("DELETE", `/Users/${body.id}`, undefined, { "if-match": "nonsense" })).status).toBe(412);
    expect((await rename("Third", "*")).status).toBe(200);
  });

  it("refuses what is not right in its own words, and the page says so", async () => {
    const t = await tenant();
    const { admin, scim } = await connected(t);
    const email = address();
    const { body: user } = await entra.create(scim, email);
    expect(await entra.create(scim, email)).toMatchObject({ status: 409, body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "409", scimType: "uniqueness" } });
    const [view] = await listDirectories(admin);
    expect(view).toMatchObject({ state: "failing", users: 1, lastError: expect.stringContaining("POST /Users: This directory has a user") });
    const wrong: [string, unknown, number, string][] = [
      ["POST /Users", "{", 400, "invalidSyntax"],
      ["POST /Users", { userName: "no address" }, 400, "invalidValue"],
      ["POST /Users", { userName: address(), displayName: "evil \u202e name" }, 400, "invalidValue"],
      ["POST /Users", { userName: address(), active: "perhaps" }, 400, "invalidValue"],
      ["PATCH /Users/", { schemas: [], Operations: [{ op: "replace", value: {} }] }, 400, "invalidSyntax"],
      ["PATCH /Users/", { schemas: [patchOp], Operations: [] }, 400, "invalidValue"],
      ["PATCH /Users/", { schemas: [patchOp], Operations: [{ op: "move", path: "userName" }] }, 400, "invalidValue"],
      ["PATCH /Users/", { schemas: [patchOp], Operations: [{ op: "remove" }] }, 400, "noTarget"],
      ["POST /Groups", { displayName: "Nested", members: [{ value: newId(), type: "Group" }] }, 400, "invalidValue"],
      ["POST /Groups", { displayName: "Ghosts", members: [{ value: newId() }] }, 400, "invalidValue"],
    ];
    for (const [request, body, status, scimType] of wrong) {
      const [method, path] = request.split(" ") as ["POST", string];
      expect(await scim(method, path.endsWith("/") ? `${path}${user.id}` : path, body), `${request} ${JSON.stringify(body)}`).toMatchObject({ status, body: { scimType } });
    }
    expect((await scim("GET", "/Groups")).body).toMatchObject({ totalResults: 0 });
    await entra.create(scim, address());
    expect((await listDirectories(admin))[0]?.state).toBe("working");
  });
});

describe("somebody who leaves by the directory", () => {
  it("is out at the very next request, by session and by key, and their agents go to whom the page names", async () => {
    const t = await tenant();
    const { admin, scim, id } = await connected(t);
    const olga = await t.owner();
    const { key } = await createKey(olga, { agentId: t.agentId, name: "nightly", scopes: [...agentScopes] });
    await entra.create(scim, olga.actor.email);
    const [conflict] = (await loadDirectory(admin, { id })).conflictPage.rows;
    expect(conflict).toMatchObject({ conflict: "by_hand", person: { id: t.ownerId } });
    await resolveConflict(admin, { userId: conflict?.userId ?? "", how: "adopt" });
    expect(await loadPersonCtx(olga.actor.sessionId, info())).not.toBeNull();
    expect((await entra.disable(scim, conflict?.userId ?? "")).status).toBe(200);
    expect(await loadPersonCtx(olga.actor.sessionId, info())).toBeNull();
    await expect(keyCtx(`Bearer ${key}`, info())).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await inside(t, (tx) => tx.select({ status: agent.status }).from(agent))).toEqual([{ status: "suspended" }]);
    expect((await eventBodies(t.organizationId, "people.removed")).at(-1)).toMatchObject({ details: { by: `directory:${id}`, keys: { count: 1 }, agentsSuspended: { names: ["Expense analyst"] } } });
  });

  it("is refused when they are the last organization admin, which the page shows with what to do", async () => {
    const t = await tenant();
    const { admin, scim, id } = await connected(t);
    await entra.create(scim, admin.actor.email);
    const [conflict] = (await loadDirectory(admin, { id })).conflictPage.rows;
    const userId = conflict?.userId ?? "";
    await resolveConflict(admin, { userId, how: "adopt" });
    for (const attempt of [() => entra.disable(scim, userId), () => scim("DELETE", `/Users/${userId}`), () => scim("PUT", `/Users/${userId}`, { userName: admin.actor.email, active: false })]) {
      expect(await attempt()).toMatchObject({ status: 409, body: { detail: expect.stringContaining("last organization admin") } });
    }
    expect(await loadPersonCtx(admin.actor.sessionId, info())).not.toBeNull();
    expect((await loadDirectory(admin, { id })).conflictPage.rows).toMatchObject([{ conflict: "last_admin", userId }]);
    const second = await t.as("organization_admin");
    expect((await entra.disable(scim, userId)).status).toBe(200);
    expect((await loadDirectory(second, { id })).conflictPage.rows).toEqual([]);
  });
});

describe("a removed person", () => {
  it("does not come back by the directory's create, nor by its activation, nor by an invitation: an admin decides", async () => {
    const t = await tenant();
    const { admin, scim, id } = await connected(t);
    const email = address();
    const { body: user } = await entra.create(scim, email);
    const personId = (await personOf(t, email))?.id ?? "";
    await removePerson(admin, { id: personId });
    // The directory thinks they are active; taking them away and giving them back must not undo what an admin did.
    await entra.disable(scim, user.id);
    expect((await okta.setActive(scim, user.id, true)).status).toBe(200);
    expect(await personOf(t, email)).toMatchObject({ status: "left", leftBy: "hand" });
    await scim("DELETE", `/Users/${user.id}`);
    const { body: again, status } = await entra.create(scim, email);
    expect(status).toBe(201);
    expect(await personOf(t, email)).toMatchObject({ status: "left" });
    await expect(invitePerson(admin, InvitePersonInput.parse({ email, name: "Again", role: "viewer" }))).rejects.toMatchObject({ code: "conflict" });
    const group = await okta.createGroup(scim, "Everybody");
    await setGroupMapping(admin, gives(group.body.id, "viewer@organization"));
    await okta.addMembers(scim, group.body.id, [again.id]);
    expect(await rolesOf(t, personId)).toEqual([]);
    expect((await loadDirectory(admin, { id })).conflictPage.rows).toMatchObject([{ conflict: "left", userId: again.id }]);
    await resolveConflict(admin, { userId: again.id, how: "adopt" });
    expect(await personOf(t, email)).toMatchObject({ id: personId, status: "active" });
    expect(await rolesOf(t, personId)).toEqual(["viewer by group"]);
  });
});

describe("people who were there before", () => {
  it("are nobody's until an admin says so, and roles given by hand are never touched", async () => {
    const t = await tenant();
    const { admin, scim, id } = await connected(t);
    const ada = await t.as("supervisor");
    const { body: user } = await entra.create(scim, ada.actor.email);
    const group = await okta.createGroup(scim, "Supervisors");
    await okta.addMembers(scim, group.body.id, [user.id]);
    await setGroupMapping(admin, gives(group.body.id, "supervisor@organization", "viewer@organization"));
    expect(await rolesOf(t, ada.actor.id)).toEqual(["supervisor"]);
    // Neither does taking the user away reach the person.
    await entra.disable(scim, user.id);
    expect(await personOf(t, ada.actor.email)).toMatchObject({ status: "active" });
    await okta.setActive(scim, user.id, true);
    await resolveConflict(admin, { userId: user.id, how: "leave" });
    expect((await loadDirectory(admin, { id })).conflictPage.rows).toEqual([]);
    await resolveConflict(admin, { userId: user.id, how: "adopt" });
    expect(await rolesOf(t, ada.actor.id)).toEqual(["supervisor", "supervisor by group", "viewer by group"]);
    await okta.removeMember(scim, group.body.id, user.id);
    expect(await rolesOf(t, ada.actor.id)).toEqual(["supervisor"]);
    await okta.addMembers(scim, group.body.id, [user.id]);
    const grants = await inside(t, (tx) => tx.select().from(roleGrant).where(and(eq(roleGrant.personId, ada.actor.id), isNull(roleGrant.revokedAt), eq(roleGrant.role, "viewer"))));
    const grantId = grants[0]?.id ?? "";
    await expect(revokeRole(admin, { grantId })).rejects.toMatchObject({ code: "conflict", hint: expect.stringContaining("Directory") });
    await expect(changeRole(admin, { grantId, role: "user_manager", workspaceId: null, firstDay: null, lastDay: null })).rejects.toMatchObject({ code: "conflict" });
    await disconnectDirectory(admin, { id });
    expect(await rolesOf(t, ada.actor.id)).toEqual(["supervisor"]);
    expect((await scim("GET", "/Users")).status).toBe(401);
  });
});

describe("what a group gives", () => {
  it("is previewed by name and count, and nothing of a preview stays", async () => {
    const t = await tenant();
    const { admin, scim } = await connected(t);
    const [one, two] = [address("one"), address("two")];
    const ids = [(await entra.create(scim, one)).body.id, (await entra.create(scim, two)).body.id];
    const group = await okta.createGroup(scim, "Team");
    await okta.addMembers(scim, group.body.id, ids);
    await setGroupMapping(admin, gives(group.body.id, "viewer@organization"));
    const before = await eventsOf(t.organizationId);
    const preview = await previewGroupMapping(admin, gives(group.body.id, `supervisor@${t.workspaceId}`));
    expect(preview).toMatchObject({ gainedCount: 2, lostCount: 2, gained: [{ role: "Supervisor", where: "Finance" }, { role: "Supervisor" }], lost: [{ role: "Viewer", where: "the whole organization" }, { role: "Viewer" }] });
    expect(preview.gained.map(({ person: name }) => name).sort().join()).toContain(one);
    expect(await eventsOf(t.organizationId)).toEqual(before);
    expect(await rolesOf(t, (await personOf(t, one))?.id ?? "")).toEqual(["viewer by group"]);
    await setGroupMapping(admin, gives(group.body.id, `supervisor@${t.workspaceId}`));
    expect(await rolesOf(t, (await personOf(t, one))?.id ?? "")).toEqual(["supervisor@workspace by group"]);
    await scim("DELETE", `/Groups/${group.body.id}`);
    expect(await rolesOf(t, (await personOf(t, one))?.id ?? "")).toEqual([]);
  });

  it("is never above whoever maps it, never a role that must end, never in another organization's workspace", async () => {
    const [t, elsewhere] = [await tenant(), await tenant()];
    const { admin, scim } = await connected(t);
    const group = await okta.createGroup(scim, "Admins");
    await expect(setGroupMapping(admin, gives(group.body.id, "super_admin@organization"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(previewGroupMapping(admin, gives(group.body.id, "super_admin@organization"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(setGroupMapping(await t.as("super_admin"), gives(group.body.id, "auditor@organization"))).rejects.toMatchObject({ code: "invalid_input" });
    await expect(setGroupMapping(admin, gives(group.body.id, `billing_admin@${t.workspaceId}`))).rejects.toMatchObject({ code: "invalid_input" });
    await expect(setGroupMapping(admin, gives(group.body.id, `viewer@${elsewhere.workspaceId}`))).rejects.toMatchObject({ code: "not_found" });
    await expect(setGroupMapping(await t.as("user_manager"), gives(group.body.id, "viewer@organization"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(setGroupMapping(await elsewhere.as("organization_admin"), gives(group.body.id, "viewer@organization"))).rejects.toMatchObject({ code: "not_found" });
  });

  it("cannot be more than its mapping, whatever the directory sends", async () => {
    const t = await tenant();
    const { admin, scim } = await connected(t);
    const email = address();
    const { body: user } = await entra.create(scim, email);
    const group = await okta.createGroup(scim, "Staff");
    await setGroupMapping(admin, gives(group.body.id, "viewer@organization"));
    const grab = [
      { op: "add", path: "roles", value: [{ value: "super_admin", primary: true }] },
      { op: "replace", value: { roles: ["organization_admin"], entitlements: ["all"], source: "hand", personId: admin.actor.id, groups: [{ value: group.body.id }] } },
      { op: "add", path: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:role", value: "organization_admin" },
      { op: "replace", value: JSON.parse('{"__proto__": {"role": "organization_admin"}, "constructor": {"prototype": {"role": "x"}}}') },
    ];
    expect((await scim("PATCH", `/Users/${user.id}`, { schemas: [patchOp], Operations: grab })).status).toBe(200);
    expect((await scim("PATCH", `/Groups/${group.body.id}`, { schemas: [patchOp], Operations: [{ op: "add", path: "members", value: [{ value: user.id, role: "organization_admin" }] }, ...grab] })).status).toBe(204);
    expect((await scim("PATCH", `/Users/${user.id}`, { schemas: [patchOp], Operations: [{ op: "add", path: "__proto__.polluted", value: true }] })).status).toBe(200);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const personId = (await personOf(t, email))?.id ?? "";
    expect(await rolesOf(t, personId)).toEqual(["viewer by group"]);
    // A role that was also given by hand outlives the group.
    await grantRole(admin, { personId, role: "viewer", workspaceId: null, firstDay: null, lastDay: null });
    await okta.removeMember(scim, group.body.id, user.id);
    expect(await rolesOf(t, personId)).toEqual(["viewer"]);
  });
});

describe("a token", () => {
  it("of another organization, or of another directory, finds and changes nothing", async () => {
    const [t, elsewhere] = [await tenant(), await tenant()];
    const [ours, theirs] = [await connected(t), await connected(elsewhere)];
    const sibling = await connectDirectory(ours.admin, { kind: "scim", name: "Second" });
    const email = address();
    const { body: user } = await entra.create(ours.scim, email);
    const { body: group } = await okta.createGroup(ours.scim, "Ours");
    const strangers: Client[] = [theirs.scim, scimClient(sibling.token)];
    for (const scim of strangers) {
      expect((await scim("GET", "/Users")).body).toMatchObject({ totalResults: 0 });
      expect((await entra.find(scim, email)).body).toMatchObject({ totalResults: 0 });
      const attempts = [
        () => scim("GET", `/Users/${user.id}`), () => scim("PUT", `/Users/${user.id}`, { userName: email }), () => entra.disable(scim, user.id), () => scim("DELETE", `/Users/${user.id}`),
        () => scim("GET", `/Groups/${group.id}`), () => scim("PUT", `/Groups/${group.id}`, { displayName: "Theirs" }), () => okta.rename(scim, group.id, "Theirs"), () => scim("DELETE", `/Groups/${group.id}`),
      ];
      for (const attempt of attempts) expect((await attempt()).status).toBe(404);
      const { body: own } = await okta.createGroup(scim, "Own");
      expect((await okta.addMembers(scim, own.id, [user.id])).status).toBe(400);
    }
    expect(await personOf(t, email)).toMatchObject({ status: "active" });
    // An address of somebody in another organization makes nobody and tells only the admin.
    const { body: taken, status } = await entra.create(theirs.scim, email);
    expect(status).toBe(201);
    expect((await loadDirectory(theirs.admin, { id: theirs.id })).conflictPage.rows).toMatchObject([{ userId: taken.id, conflict: "taken", person: null }]);
    await expect(resolveConflict(theirs.admin, { userId: taken.id, how: "adopt" })).rejects.toMatchObject({ code: "conflict" });
    await expect(resolveConflict(ours.admin, { userId: taken.id, how: "leave" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("that was replaced, or is none, is refused; only a hash of it is stored, and no event has it", async () => {
    const t = await tenant();
    const { admin, id, token, scim } = await connected(t);
    expect((await scim("GET", "/Users")).status).toBe(200);
    const { token: fresh } = await rotateDirectoryToken(admin, { id });
    expect(await scim("GET", "/Users")).toMatchObject({ status: 401, body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"] } });
    expect((await scimClient(fresh)("GET", "/Users")).status).toBe(200);
    for (const wrong of ["", "csd_", `csd_${"A".repeat(43)}`, `${fresh}x`, "cs_key"]) expect((await scimClient(wrong)("GET", "/Users")).status).toBe(401);
    const stored = await inside(t, (tx) => tx.select().from(directory));
    const events = JSON.stringify([stored, ...(await Promise.all(["directory.connected", "directory.token_rotated"].map((action) => eventBodies(t.organizationId, action))))]);
    for (const secret of [token, fresh]) expect(events).not.toContain(secret);
  });
});

describe("bounds", () => {
  it("hold for filters: too long, too deep, or made to keep the parser busy", async () => {
    const { scim } = await connected(await tenant());
    const filters = [
      `userName eq "${"a".repeat(600)}"`,
      `${"(".repeat(40)}userName eq "a"${")".repeat(40)}`,
      `${"not ".repeat(30)}(userName eq "a")`,
      `userName eq "${"\n".repeat(60)}`,
      "userName", "userName co \"a\"", "userName eq \"a\" or userName eq \"b\"", "password eq \"a\"", "userName eq 5", '"',
    ];
    for (const filter of filters) {
      expect(await scim("GET", `/Users?filter=${encodeURIComponent(filter)}`), filter).toMatchObject({ status: 400, body: { scimType: "invalidFilter" } });
    }
    const { body } = await entra.create(scim, address());
    const path = `emails[type eq "${"\n".repeat(60)}].value`;
    expect((await scim("PATCH", `/Users/${body.id}`, { schemas: [patchOp], Operations: [{ op: "replace", path, value: "x" }] })).status).toBe(400);
  });

  it("hold for members, operations and bodies", async () => {
    const { scim } = await connected(await tenant());
    const { body: group } = await okta.createGroup(scim, "Big");
    const many = Array.from({ length: 10_001 }, () => ({ value: newId() }));
    expect(await scim("PUT", `/Groups/${group.id}`, { displayName: "Big", members: many })).toMatchObject({ status: 413, body: { scimType: "tooMany" } });
    const add = { op: "add", path: "members", value: many.slice(0, 6_000) };
    const more = { op: "add", path: "members", value: many.slice(4_000) };
    expect((await scim("PATCH", `/Groups/${group.id}`, { schemas: [patchOp], Operations: [add, more] })).status).toBe(413);
    const operations = Array.from({ length: 1_001 }, () => ({ op: "add", path: "members", value: [] }));
    expect((await scim("PATCH", `/Groups/${group.id}`, { schemas: [patchOp], Operations: operations })).status).toBe(400);
    expect((await scim("POST", "/Users", JSON.stringify({ userName: "a".repeat(5 * 1024 * 1024) }))).status).toBe(413);
  });
});
