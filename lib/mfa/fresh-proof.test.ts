import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { approval } from "@/db/schema/action";
import { freshProof } from "@/db/schema/factor";
import { session } from "@/db/schema/people";
import { freshProofVerbs } from "@/lib/ability/fresh-proof";
import { decideApproval } from "@/lib/approvals/decide";
import { setAgentStatus } from "@/lib/agents/set-status";
import { archiveBudget } from "@/lib/budgets/archive";
import { setBudget } from "@/lib/budgets/set";
import { createKey } from "@/lib/keys/create";
import { grantRole } from "@/lib/people/grant-role";
import { invitePerson } from "@/lib/people/invite";
import { reactivatePerson } from "@/lib/people/reactivate";
import { removePerson } from "@/lib/people/remove";
import { suspendPerson } from "@/lib/people/suspend";
import { firstPolicy } from "@/lib/policies/first-policy";
import { updatePolicy } from "@/lib/policies/update";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { newId } from "@/lib/id";
import { archiveProject } from "@/lib/workspaces/archive-project";
import { archiveWorkspace } from "@/lib/workspaces/archive";
import { prove } from "./prove";
import { addPhone, givePassword, provePassword } from "./testing";

useTestDatabase();
afterEach(() => void vi.useRealTimers());

async function admin() {
  const t = await tenant();
  const ctx = await t.as("organization_admin");
  await givePassword(ctx);
  const grant = (personId: string, role: "viewer" | "auditor" | "supervisor" = "viewer") =>
    grantRole(ctx, { personId, role, workspaceId: null, firstDay: null, lastDay: null });
  return { ...t, ctx, grant, object: (personId: string, role = "viewer") => `${personId} ${role} organization` };
}

const key = (agentId: string) => ({ agentId, name: "New", scopes: ["actions.view" as const] });
const needed = { code: "fresh_proof_needed" };

describe("a fresh proof", () => {
  it("lets through the verb and the object that it was given for, once", async () => {
    const { ctx, agentId, organizationId } = await admin();
    await expect(createKey(ctx, key(agentId))).rejects.toMatchObject({ ...needed, freshProof: { verb: "keys.create", object: agentId, ways: ["password"] } });
    await provePassword(ctx, "keys.create", agentId);
    await expect(createKey(ctx, key(agentId))).resolves.toHaveProperty("key");
    await expect(createKey(ctx, key(agentId))).rejects.toMatchObject(needed);
    expect(await eventsOf(organizationId)).toEqual(expect.arrayContaining(["sessions.proved:success", "keys.created:success"]));
  });

  it("is not taken for another verb, another object, or more than was shown", async () => {
    const { ctx, agentId, grant, object, as } = await admin();
    const [one, two] = [(await as("user_manager")).actor.id, (await as("user_manager")).actor.id];
    await provePassword(ctx, "keys.revoke", agentId);
    await provePassword(ctx, "people.grant_role", object(one));
    await expect(createKey(ctx, key(agentId))).rejects.toMatchObject(needed);
    await expect(grant(two)).rejects.toMatchObject(needed);
    await expect(grant(one, "supervisor")).rejects.toMatchObject(needed);
    await expect(grant(one)).resolves.toHaveProperty("id");
  });

  it("is not taken from another session of the same person, from another person, or after five minutes", async () => {
    const { ctx, agentId, organizationId, as } = await admin();
    await provePassword(ctx, "keys.create", agentId);
    const elsewhere = newId();
    await inside(ctx, (tx) => tx.insert(session).values({ id: elsewhere, organizationId, personId: ctx.actor.id, lastSeenAt: new Date(), expiresAt: new Date(Date.now() + 3_600_000) }));
    await expect(createKey({ ...ctx, actor: { ...ctx.actor, sessionId: elsewhere } }, key(agentId))).rejects.toMatchObject(needed);
    const other = await as("organization_admin");
    await givePassword(other);
    await expect(createKey(other, key(agentId))).rejects.toMatchObject(needed);
    await inside(ctx, (tx) => tx.update(freshProof).set({ expiresAt: sql`now() - interval '1 second'` }));
    await expect(createKey(ctx, key(agentId))).rejects.toMatchObject(needed);
  });

  it("is asked of whoever has a factor by that factor, also in a session that is a moment old", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { ctx, agentId } = await admin();
    await provePassword(ctx, "factors.add", ctx.actor.id);
    const app = await addPhone(ctx);
    await expect(createKey(ctx, key(agentId))).rejects.toMatchObject({ freshProof: { ways: ["totp"] } });
    await expect(provePassword(ctx, "keys.create", agentId)).rejects.toMatchObject({ code: "invalid_input" });
    await prove(ctx, { verb: "keys.create", object: agentId, proof: { method: "totp", code: app.code() } });
    await expect(createKey(ctx, key(agentId))).resolves.toHaveProperty("key");
  });

  it("is having come in just now for whoever has neither password nor factor", async () => {
    const t = await tenant();
    const ctx = await t.as("organization_admin");
    await expect(createKey(ctx, key(t.agentId))).resolves.toHaveProperty("key");
    await inside(ctx, (tx) => tx.update(session).set({ provedAt: sql`now() - interval '6 minutes'` }).where(eq(session.id, ctx.actor.sessionId)));
    await expect(createKey(ctx, key(t.agentId))).rejects.toMatchObject({ ...needed, freshProof: { ways: [] } });
  });

  it("is not spent on what is refused for another reason", async () => {
    const { ctx, object, grant, as } = await admin();
    const { id } = (await as("viewer")).actor;
    await provePassword(ctx, "people.grant_role", object(id));
    await expect(grant(id)).rejects.toMatchObject({ code: "conflict" });
    expect(await inside(ctx, (tx) => tx.select({ usedAt: freshProof.usedAt }).from(freshProof))).toEqual([{ usedAt: null }]);
  });
});

describe("somebody at an open session of an admin", () => {
  it("lets nobody in, keeps nobody out and removes nobody without a proof of that one thing", async () => {
    const { ctx, as } = await admin();
    const [one, two] = [(await as("viewer")).actor.id, (await as("viewer")).actor.id];
    const grant = { role: "organization_admin" as const, workspaceId: null, firstDay: null, lastDay: null };
    const mine = { email: `mine-${one}@example.test`, name: "Mine" };
    await expect(invitePerson(ctx, { ...mine, ...grant })).rejects.toMatchObject({ ...needed, freshProof: { verb: "people.invite", object: `${mine.email} organization_admin organization` } });
    await expect(suspendPerson(ctx, { id: one })).rejects.toMatchObject(needed);
    await provePassword(ctx, "people.suspend", two);
    await provePassword(ctx, "people.remove", one);
    await provePassword(ctx, "people.invite", `${mine.email} viewer organization`);
    await expect(suspendPerson(ctx, { id: one })).rejects.toMatchObject(needed);
    await expect(invitePerson(ctx, { ...mine, ...grant })).rejects.toMatchObject(needed);
    await expect(removePerson(ctx, { id: two })).rejects.toMatchObject(needed);
    await suspendPerson(ctx, { id: two });
    await expect(reactivatePerson(ctx, { id: two })).rejects.toMatchObject(needed);
    await expect(removePerson(ctx, { id: one })).resolves.toMatchObject({ personId: one });
  });

  it("neither changes what an agent may do nor retires it, nor closes what bounds it", async () => {
    const { ctx, agentId, projectId, workspaceId } = await admin();
    const policy = { ...firstPolicy, level: "standard" as const };
    await expect(updatePolicy(ctx, { agentId, expectedVersion: 1, policy, note: "" })).rejects.toMatchObject({ ...needed, freshProof: { verb: "policies.update" } });
    await expect(setAgentStatus(ctx, { id: agentId, status: "retired" })).rejects.toMatchObject(needed);
    await expect(setAgentStatus(ctx, { id: agentId, status: "suspended" })).resolves.toBeDefined();
    const { id } = await setBudget(ctx, { scopeType: "project", scopeId: projectId, period: "month", timeZone: "UTC", capMicros: 1_000_000, hard: true, thresholds: [80] });
    await expect(archiveBudget(ctx, { id })).rejects.toMatchObject(needed);
    await expect(archiveProject(ctx, { id: projectId })).rejects.toMatchObject(needed);
    await expect(archiveWorkspace(ctx, { id: workspaceId })).rejects.toMatchObject(needed);
  });
});

describe("deciding a critical request", () => {
  it("asks for a proof of this decision on this request, and no other risk does", async () => {
    const { as, organizationId, workspaceId } = await tenant();
    const ctx = await as("supervisor");
    await givePassword(ctx);
    const requests = await inside(ctx, (tx) =>
      tx.insert(approval).values((["CRITICAL", "CRITICAL", "HIGH"] as const).map((risk) => ({
        id: newId(), organizationId, workspaceId, kind: "action" as const, risk, status: "pending" as const, digest: Buffer.alloc(32, 7), policyVersion: 1, amountMicros: 0, why: "a test",
        expiresAt: new Date(Date.now() + 3_600_000),
      }))).returning({ id: approval.id }),
    );
    const [one, two, high] = requests.map(({ id }) => id);
    const digest = "07".repeat(32);
    const reject = (id = "") => decideApproval(ctx, { id, decision: "rejected", reason: "No", digest });
    await expect(reject(one)).rejects.toMatchObject({ ...needed, freshProof: { verb: "approvals.decide", object: `${one} rejected ${digest}` } });
    await provePassword(ctx, "approvals.decide", `${one} approved ${digest}`);
    await provePassword(ctx, "approvals.decide", `${one} rejected ${"08".repeat(32)}`);
    await provePassword(ctx, "approvals.decide", `${two} rejected ${digest}`);
    await expect(reject(one)).rejects.toMatchObject(needed);
    await expect(reject(two)).resolves.toMatchObject({ status: "rejected" });
    await expect(reject(high)).resolves.toMatchObject({ status: "rejected" });
  });
});

/** Verbs that change something and ask for no fresh proof, and why not: what they do is undone as easily, or lets nobody do more. */
const notCritical: Record<string, string> = {
  "actions/cancel.ts": "takes back what waits",
  "actions/report-outcome.ts": "an agent's own",
  "actions/take-grant.ts": "an agent's own",
  "actions/answer-narrowing.ts": "an agent's own",
  "approvals/note-look.ts": "that one looked",
  "approvals/withdraw-narrowing.ts": "takes back what waits",
  "approvals/withdraw-own.ts": "takes back what waits",
  "delegation/end.ts": "taking back must be quick",
  "presence/end-away.ts": "that one is here again",
  "spawn/claim.ts": "an agent's own; a person approved it",
  "spawn/request.ts": "asks; somebody decides",
  "standing/revoke.ts": "stopping must be quick",
  "agents/create.ts": "it does nothing before it has a key, which asks",
  "agents/update.ts": "name and place; what it may do is its policy",
  "approvals/cancel.ts": "takes back what waits",
  "audit/archives/open.ts": "reads",
  "audit/export.ts": "reads",
  "audit/record-verification.ts": "reads",
  "audit/views/save.ts": "a view of one's own",
  "auth/first-admin.ts": "comes by a link and is nobody yet",
  "auth/request-reset.ts": "before a session",
  "auth/reset-password.ts": "before a session",
  "auth/sign-in.ts": "before a session",
  "budgets/request-raise.ts": "asks; somebody decides",
  "budgets/set-price.ts": "moves no cap",
  "budgets/set.ts": "a cap is set anew as easily, and the audit has both",
  "chat/pause.ts": "stopping must be quick; it goes on to where a proof was given for",
  "chat/test-channel.ts": "says nothing of the organization",
  "directory/pull/cancel.ts": "stopping must be quick",
  "directory/pull/preview.ts": "a dry run changes nobody",
  "leases/request.ts": "asks; somebody decides",
  "leases/revoke.ts": "stopping must be quick",
  "locks/locked-out.ts": "before a session",
  "locks/place.ts": "stopping must be quick; lifting asks",
  "mfa/complete-sign-in.ts": "before a session",
  "mfa/offer-second-step.ts": "before a session",
  "network/outside-sign-in.ts": "before a session",
  "people/accept-invitation.ts": "before a session",
  "people/confirm-email.ts": "by a link that was mailed, which asked for the password",
  "people/resend-invitation.ts": "to the address that was invited, with a role that was given with a proof",
  "proof/export.ts": "reads",
  "runs/stop.ts": "stopping must be quick",
  "security/unusual-sign-in.ts": "before a session",
  "sessions/revoke.ts": "ending somebody's session must be quick",
  "sso/add-domain.ts": "lets nobody in before it is proven",
  "sso/start-test.ts": "a test lets nobody in",
  "workspaces/create.ts": "an empty one",
  "templates/archive.ts": "what it says holds on",
  "templates/rename.ts": "what it says holds on",
  "templates/create.ts": "it says nothing yet; what it will say asks",
};

const sourcesOf = () =>
  readdirSync("lib", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|testing/.test(file))
    .map((file) => ({ file, source: readFileSync(path.join("lib", file), "utf8") }));

it("every verb that changes something asks for a fresh proof, or stands above with the reason why not", () => {
  const changing = sourcesOf().filter(({ source }) => /\btransact(<[^(]*>)?\(/.test(source) && /\bauthorize(Over|Anywhere)?\([^)]*"/.test(source));
  const undecided = changing.filter(({ file, source }) => !(file in notCritical) && !source.includes("requireFreshProof("));
  expect(undecided.map(({ file }) => file)).toEqual([]);
  expect(Object.keys(notCritical).filter((file) => !changing.some((one) => one.file === file && !one.source.includes("requireFreshProof(")))).toEqual([]);
});

it("what is asked for is on the list, and what is on the list is asked for", () => {
  const asked = sourcesOf().flatMap(({ source }) => [...source.matchAll(/requireFreshProof\(tx, ctx, "([\w.]+)"/g)].map(([, verb]) => verb));
  expect([...new Set(asked)].toSorted()).toEqual(Object.keys(freshProofVerbs).toSorted());
});
