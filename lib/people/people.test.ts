import { and, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { mail } from "@/db/schema/message";
import { invitation, person, roleGrant } from "@/db/schema/people";
import { auditEvent } from "@/db/stream/audit";
import { inTenant } from "@/db/tenant";
import { signIn } from "@/lib/auth/sign-in";
import { loadPersonCtx, type RequestInfo } from "@/lib/ctx/person";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { acceptInvitation } from "./accept-invitation";
import { changeRole } from "./change-role";
import { grantRole } from "./grant-role";
import { listGrantable } from "./grantable";
import { findInvitation, loadInvitation } from "./invitation";
import { InvitePersonInput, invitePerson } from "./invite";
import { listPeople } from "./list";
import { loadPerson } from "./load";
import { readmitPerson } from "./readmit";
import { removePerson } from "./remove";
import { resendInvitation } from "./resend-invitation";
import { revokeRole } from "./revoke-role";

const shown = async (token: string) => loadInvitation(await findInvitation(token, null));

useTestDatabase();

const password = "quarter lantern orbit mosaic";
const info = (): RequestInfo => ({ requestId: newId(), ip: `198.51.100.${Math.ceil(Math.random() * 250)}`, userAgent: "test" });
const address = () => `${newId()}@example.test`;
const invitee = (fields: object = {}) => InvitePersonInput.parse({ email: address(), name: "Ira Invited", role: "supervisor", ...fields });
const grant = (role: string, fields: object = {}) => ({ role: role as "viewer", workspaceId: null, firstDay: null, lastDay: null, ...fields });

async function lastEvent(organizationId: string) {
  const rows = await inTenant(database(), organizationId, (tx) => tx.select({ action: auditEvent.action, body: auditEvent.body, resourceId: auditEvent.resourceId, outcome: auditEvent.outcome }).from(auditEvent).orderBy(auditEvent.seq));
  const last = rows.at(-1);
  return { action: last?.action, resourceId: last?.resourceId, outcome: last?.outcome, details: JSON.parse(last?.body ?? "{}").details as Record<string, unknown> };
}

async function tokenSentTo(organizationId: string, email: string): Promise<string> {
  const rows = await inTenant(database(), organizationId, (tx) => tx.select({ text: mail.text }).from(mail).where(eq(mail.recipient, email)).orderBy(mail.createdAt));
  return /\/invitation\/([\w-]{43})/.exec(rows.at(-1)?.text ?? "")?.[1] ?? "";
}

const grantsOf = (organizationId: string, personId: string) =>
  inTenant(database(), organizationId, (tx) => tx.select().from(roleGrant).where(eq(roleGrant.personId, personId)).orderBy(roleGrant.createdAt));

describe("an invitation", () => {
  it("is mailed, shows who invites and as what, and lets its receiver in once", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const input = invitee();
    const { id } = await invitePerson(admin, input);
    expect(await lastEvent(organizationId)).toMatchObject({ action: "people.invited", resourceId: id, details: { grant: { role: "supervisor" } } });
    const token = await tokenSentTo(organizationId, input.email);
    expect(await shown(token)).toMatchObject({ state: "open", invitedBy: "organization admin", roles: [{ label: "Supervisor" }] });
    const accepted = await Promise.allSettled([1, 2].map(() => acceptInvitation(info(), { token, name: "Ira In", password })));
    expect(accepted.map((each) => each.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await lastEvent(organizationId)).toMatchObject({ action: "people.activated", resourceId: id });
    expect(await shown(token)).toEqual({ state: "used" });
    const { sessionId } = await signIn(info(), { email: input.email, password });
    expect((await loadPersonCtx(sessionId, info()))?.actor).toMatchObject({ id, name: "Ira In", roles: [{ role: "supervisor" }] });
  });

  it("sent again replaces the earlier link", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("user_manager");
    const input = invitee({ role: "viewer" });
    const { id } = await invitePerson(admin, input);
    const first = await tokenSentTo(organizationId, input.email);
    await resendInvitation(admin, { id });
    const second = await tokenSentTo(organizationId, input.email);
    expect(first).not.toBe(second);
    expect([await shown(first), await shown(second)]).toMatchObject([{ state: "revoked" }, { state: "open" }]);
  });

  it("that expired, was withdrawn or never was lets nobody in", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const [late, withdrawn] = [invitee(), invitee()];
    const { id: lateId } = await invitePerson(admin, late);
    const { id } = await invitePerson(admin, withdrawn);
    await inTenant(database(), organizationId, (tx) => tx.update(invitation).set({ expiresAt: new Date(Date.now() - 1_000) }).where(eq(invitation.personId, lateId)));
    await removePerson(admin, { id });
    expect((await lastEvent(organizationId)).action).toBe("people.invitation_revoked");
    const tokens = [await tokenSentTo(organizationId, late.email), await tokenSentTo(organizationId, withdrawn.email), "x".repeat(43), "short"];
    expect(await Promise.all(tokens.map(async (token) => (await shown(token)).state))).toEqual(["expired", "revoked", "unknown", "unknown"]);
    for (const token of tokens) await expect(acceptInvitation(info(), { token, name: "N", password })).rejects.toMatchObject({ code: "gone" });
  });

  it("refuses an address that has an account, here or elsewhere", async () => {
    const [here, elsewhere] = [await tenant(), await tenant()];
    const admin = await here.as("organization_admin");
    const other = await elsewhere.as("viewer");
    for (const email of [admin.actor.email, other.actor.email]) {
      await expect(invitePerson(admin, invitee({ email }))).rejects.toMatchObject({ code: "conflict" });
    }
  });

  it("does not let somebody in again who was removed: that takes a verb of its own, which says so", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const gone = await as("viewer");
    await removePerson(admin, { id: gone.actor.id });
    await expect(invitePerson(admin, invitee({ email: gone.actor.email }))).rejects.toMatchObject({ code: "conflict", hint: expect.stringContaining("Invite again") });
    expect((await loadPerson(admin, { id: gone.actor.id })).can).toMatchObject({ readmit: true, remove: false });
    await readmitPerson(admin, { id: gone.actor.id, ...grant("viewer") });
    expect(await lastEvent(organizationId)).toMatchObject({ action: "people.readmitted", resourceId: gone.actor.id });
    expect((await grantsOf(organizationId, gone.actor.id)).filter((row) => row.revokedAt === null)).toHaveLength(1);
    expect(await shown(await tokenSentTo(organizationId, gone.actor.email))).toMatchObject({ state: "open" });
    await expect(readmitPerson(admin, { id: gone.actor.id, ...grant("viewer") })).rejects.toMatchObject({ code: "conflict" });
  });

  it("may not be sent by somebody without the permission", async () => {
    const { organizationId, as } = await tenant();
    await expect(invitePerson(await as("supervisor"), invitee())).rejects.toMatchObject({ code: "forbidden" });
    expect(await lastEvent(organizationId)).toMatchObject({ action: "access.denied", outcome: "blocked" });
  });
});

describe("roles", () => {
  it("count from the next request on, and the audit has what was before and after", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const viewer = await as("viewer");
    const { id } = await grantRole(admin, { personId: viewer.actor.id, ...grant("supervisor") });
    expect(await lastEvent(organizationId)).toMatchObject({ action: "people.role_granted", details: { before: [{ role: "viewer" }], after: [{ role: "viewer" }, { role: "supervisor" }] } });
    const again = await loadPersonCtx(viewer.actor.sessionId, info());
    expect(again?.ability.can("decide", "approvals")).toBe(true);
    expect(again?.actor.accessVersion).toBe(viewer.actor.accessVersion + 1);
    await changeRole(admin, { grantId: id, ...grant("billing_admin") });
    expect(await lastEvent(organizationId)).toMatchObject({ action: "people.role_changed", details: { after: [{ role: "viewer" }, { role: "billing_admin" }] } });
    await expect(revokeRole(admin, { grantId: id })).rejects.toMatchObject({ code: "not_found" });
    const held = (await loadPerson(admin, { id: viewer.actor.id })).roles;
    for (const { grantId } of held) await revokeRole(admin, { grantId });
    expect(await lastEvent(organizationId)).toMatchObject({ action: "people.role_revoked", details: { after: [] } });
    expect(await loadPersonCtx(viewer.actor.sessionId, info())).toBeNull();
  });

  it("above one's own are neither given nor taken, and the refusal names what is missing", async () => {
    const { organizationId, as } = await tenant();
    const [manager, admin, viewer] = [await as("user_manager"), await as("organization_admin"), await as("viewer")];
    await expect(grantRole(manager, { personId: viewer.actor.id, ...grant("workspace_admin") })).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("secrets.view"),
    });
    await expect(grantRole(admin, { personId: viewer.actor.id, ...grant("super_admin") })).rejects.toMatchObject({ message: expect.stringContaining("platform.manage") });
    const held = (await loadPerson(manager, { id: admin.actor.id })).roles[0];
    expect(held?.canChange).toBe(false);
    await expect(revokeRole(manager, { grantId: held?.grantId ?? "" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(changeRole(manager, { grantId: held?.grantId ?? "", ...grant("viewer") })).rejects.toMatchObject({ code: "forbidden" });
    await expect(removePerson(manager, { id: admin.actor.id })).rejects.toMatchObject({ code: "forbidden" });
    expect(await lastEvent(organizationId)).toMatchObject({ action: "access.denied", outcome: "blocked" });
    expect((await listGrantable(manager, "update_role")).map((each) => each.role)).toEqual(["user_manager", "viewer"]);
  });

  it("of a workspace are given in that workspace only", async () => {
    const { workspaceId, as } = await tenant();
    const [manager, viewer] = [await as("user_manager", workspaceId), await as("viewer", workspaceId)];
    await expect(grantRole(manager, { personId: viewer.actor.id, ...grant("user_manager", { workspaceId }) })).resolves.toHaveProperty("id");
    await expect(grantRole(manager, { personId: viewer.actor.id, ...grant("viewer") })).rejects.toMatchObject({ code: "forbidden" });
    await expect(invitePerson(manager, invitee({ role: "viewer", workspaceId: newId() }))).rejects.toMatchObject({ code: "forbidden" });
  });

  it("that end need their day: the auditor's last day is the organization's midnight, exclusive", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    await expect(invitePerson(admin, invitee({ role: "auditor" }))).rejects.toMatchObject({ fields: { lastDay: expect.any(String) } });
    await expect(invitePerson(admin, invitee({ role: "auditor", lastDay: "2020-01-01" }))).rejects.toMatchObject({ fields: { lastDay: "must be today or later" } });
    const { id } = await invitePerson(admin, invitee({ role: "auditor", lastDay: "2199-12-31" }));
    expect((await grantsOf(organizationId, id))[0]?.validUntil?.toISOString()).toBe("2200-01-01T00:00:00.000Z");
    expect((await loadPerson(admin, { id })).roles[0]?.lastDay).toBe("2199-12-31");
  });

  it("given twice are a conflict; one that ended makes place", async () => {
    const { organizationId, as } = await tenant();
    const [admin, auditor] = [await as("organization_admin"), await as("auditor")];
    const personId = auditor.actor.id;
    await expect(grantRole(admin, { personId, ...grant("auditor", { lastDay: "2199-12-31" }) })).rejects.toMatchObject({ code: "conflict" });
    const past = { validFrom: new Date(Date.now() - 9_000), validUntil: new Date(Date.now() - 1_000) };
    await inTenant(database(), organizationId, (tx) => tx.update(roleGrant).set(past).where(eq(roleGrant.personId, personId)));
    expect(await loadPersonCtx(auditor.actor.sessionId, info())).toBeNull();
    await expect(grantRole(admin, { personId, ...grant("auditor", { lastDay: "2199-12-31" }) })).resolves.toHaveProperty("id");
  });

  it("of another organization's people cannot be touched", async () => {
    const [here, there] = [await tenant(), await tenant()];
    const [admin, stranger] = [await here.as("organization_admin"), await there.as("viewer")];
    const [foreign] = await grantsOf(there.organizationId, stranger.actor.id);
    const attempts = [
      () => grantRole(admin, { personId: stranger.actor.id, ...grant("viewer") }),
      () => revokeRole(admin, { grantId: foreign?.id ?? "" }),
      () => changeRole(admin, { grantId: foreign?.id ?? "", ...grant("viewer") }),
      () => removePerson(admin, { id: stranger.actor.id }),
      () => resendInvitation(admin, { id: stranger.actor.id }),
      () => loadPerson(admin, { id: stranger.actor.id }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a role that ends", () => {
  it("is not made longer by whoever holds it, for themselves or for a friend", async () => {
    const { organizationId, as } = await tenant();
    const boss = await as("organization_admin");
    const deputy = await as("organization_admin");
    const own = (await loadPerson(boss, { id: deputy.actor.id })).roles[0]?.grantId ?? "";
    await changeRole(boss, { grantId: own, ...grant("organization_admin", { lastDay: "2199-06-30" }) });
    const again = await loadPersonCtx(deputy.actor.sessionId, info());
    if (!again) throw new Error("the deputy may still come in");
    const held = (await loadPerson(again, { id: again.actor.id })).roles[0]?.grantId ?? "";
    for (const lastDay of [null, "2199-07-01"]) {
      await expect(changeRole(again, { grantId: held, ...grant("organization_admin", { lastDay }) })).rejects.toMatchObject({ code: "forbidden" });
      await expect(invitePerson(again, invitee({ role: "organization_admin", lastDay }))).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await lastEvent(organizationId)).toMatchObject({ action: "access.denied", outcome: "blocked" });
    await invitePerson(again, invitee({ role: "supervisor", lastDay: "2199-06-30" }));
  });
});

describe("the last organization admin", () => {
  it("can be neither removed nor demoted, not even when two admins do it to each other at once", async () => {
    const { organizationId, as } = await tenant();
    const [one, two] = [await as("organization_admin"), await as("organization_admin")];
    const outcomes = await Promise.all(
      [() => removePerson(one, { id: two.actor.id }), () => removePerson(two, { id: one.actor.id })].map((attempt) => attempt().then(() => "removed", (error: { code: string }) => error.code)),
    );
    expect(outcomes).toContain("removed");
    expect(["conflict", "unauthenticated"]).toContain(outcomes.find((outcome) => outcome !== "removed"));
    const left = await inTenant(database(), organizationId, (tx) =>
      tx.select({ id: person.id }).from(person).innerJoin(roleGrant, eq(roleGrant.personId, person.id)).where(and(eq(person.status, "active"), eq(roleGrant.role, "organization_admin"))),
    );
    expect(left).toHaveLength(1);
    const admin = left[0]?.id === one.actor.id ? one : two;
    const held = (await loadPerson(admin, { id: admin.actor.id })).roles[0];
    await expect(revokeRole(admin, { grantId: held?.grantId ?? "" })).rejects.toMatchObject({ code: "conflict" });
    await expect(changeRole(admin, { grantId: held?.grantId ?? "", ...grant("viewer") })).rejects.toMatchObject({ code: "conflict" });
    await expect(changeRole(admin, { grantId: held?.grantId ?? "", ...grant("organization_admin", { lastDay: "2199-12-31" }) })).rejects.toMatchObject({ code: "conflict" });
    await expect(removePerson(admin, { id: admin.actor.id })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("listPeople", () => {
  it("shows everybody to an admin and the workspace's people to its manager, by search, role and page", async () => {
    const { workspaceId, as } = await tenant();
    const [admin, manager] = [await as("organization_admin"), await as("user_manager", workspaceId)];
    await as("viewer", workspaceId);
    await as("auditor");
    expect((await listPeople(admin)).rows.map((row) => row.name).sort()).toEqual(["Olga Owner", "auditor", "organization admin", "user manager", "viewer"]);
    expect((await listPeople(manager)).rows.map((row) => row.name).sort()).toEqual(["user manager", "viewer"]);
    expect((await listPeople(admin, { q: "OLGA" })).rows.map((row) => row.name)).toEqual(["Olga Owner"]);
    expect((await listPeople(admin, { q: "%" })).rows).toEqual([]);
    expect((await listPeople(admin, { roles: ["auditor"] })).rows.map((row) => row.name)).toEqual(["auditor"]);
    const first = await listPeople(admin, { size: 3 });
    const second = await listPeople(admin, { size: 3, after: first.next });
    expect(new Set([...first.rows, ...second.rows].map((row) => row.id)).size).toBe(5);
    await expect(listPeople(await as("billing_admin"))).resolves.toMatchObject({ rows: [] });
  });
});
