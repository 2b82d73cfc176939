import { generateKeyPairSync } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { compactVerify, CompactSign, createLocalJWKSet, importJWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import { agent, apiKey } from "@/db/schema/agent";
import { lease, type LeaseScope, leaseUse } from "@/db/schema/lease";
import { person, roleGrant } from "@/db/schema/people";
import { prepared } from "@/db/tenant";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { decideApproval } from "@/lib/approvals/decide";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { getLeaseRequest } from "./get-request";
import { leaseKey, leaseKeySet } from "./keys";
import { listLeases } from "./list";
import { loadLease } from "./load";
import { requestLease, RequestLeaseInput } from "./request";
import { revokeLease } from "./revoke";
import { leaseOfAction } from "./standing";
import { leaseUsedEntry, lockLeases, takeLeases, type LeaseAsk } from "./take";
import { grant, useLeaseKey } from "./testing";
import { openLease } from "./token";

useTestDatabase();
useLeaseKey();

type T = Awaited<ReturnType<typeof tenant>>;

async function made(more: Record<string, unknown> = {}) {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  return { ...t, admin, ...(await grant(admin, t.agentId, more)) };
}

/** What the decision would ask, of the agent that shows the token. */
async function askOf(t: Pick<T, "organizationId" | "agentId" | "workspaceId">, token: string, more: Partial<LeaseAsk> = {}): Promise<LeaseAsk> {
  const shown = await openLease(token, t);
  return { submissionId: newId(), shown, agentId: t.agentId, workspaceId: t.workspaceId, keyMakerId: null, plan: null, tool: "mail.send", operation: "execute", resource: "", hosts: [], costMicros: 10, risk: "HIGH", ...more };
}

async function take(t: T, token: string, more: Partial<LeaseAsk> = {}) {
  const ask = await askOf(t, token, more);
  const answers = await inside(t, (tx) => takeLeases(tx, [ask]));
  const answer = answers.get(ask.submissionId);
  if (!answer) throw new Error("there is no answer");
  return { ...answer, submissionId: ask.submissionId };
}

const parts = (token: string) => token.split(".").map((part) => Buffer.from(part, "base64url").toString());
const signedBy = (payload: string, header: object, key = leaseKey().privateKey) => new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(header as { alg: string }).sign(key);

describe("a lease", () => {
  it("is a signed token that anybody can check, whose use is counted, and each is an event of the lease", async () => {
    const t = await made();
    const { payload, protectedHeader } = await compactVerify(t.token, createLocalJWKSet(leaseKeySet()));
    expect(protectedHeader).toEqual({ alg: "EdDSA", kid: leaseKey().kid, typ: "lease+jwt" });
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ iss: "http://localhost:3000", sub: t.agentId, org: t.organizationId, workspace: t.workspaceId, jti: t.id, tools: ["mail.send"], maxUses: 2, costTotalMicros: 2_000_000 });
    const first = await take(t, t.token);
    expect(first).toMatchObject({ ok: true, rule: "lease.used", use: 1, maxUses: 2, issuedBy: t.admin.actor.id });
    const entry = first.ok ? leaseUsedEntry(first, { id: first.submissionId, name: "mail.send execute", agentId: t.agentId, workspaceId: t.workspaceId, digest: "07" }) : null;
    expect(entry).toMatchObject({ action: "leases.used", resource: { type: "lease", id: t.id }, details: { jti: t.id, actionId: first.submissionId, use: 1, maxUses: 2 } });
    const last = await take(t, t.token);
    expect(last).toMatchObject({ ok: true, use: 2 });
    expect(await take(t, t.token)).toMatchObject({ ok: false, rule: "lease.used_up" });
    const seen = await loadLease(t.admin, { id: t.id });
    expect([seen.state, seen.spentMicros, seen.usesLog.map(({ use }) => use), seen.mayRevoke]).toEqual(["used_up", 20, [1, 2], true]);
    expect(await inside(t, (tx) => leaseOfAction(tx, last.submissionId))).toEqual({ holds: true, message: "" });
    await revokeLease(t.admin, { id: t.id, reason: "No longer needed" });
    expect(await inside(t, (tx) => leaseOfAction(tx, last.submissionId))).toMatchObject({ holds: false });
    expect((await listLeases(t.admin, { ended: true })).rows.map(({ id, state }) => [id, state])).toEqual([[t.id, "revoked"]]);
    expect(await eventsOf(t.organizationId)).toEqual(expect.arrayContaining(["leases.issued:success", "leases.revoked:success"]));
    expect(JSON.stringify([await eventBodies(t.organizationId, "leases.issued"), seen])).not.toContain(t.token);
  });

  it("covers what it names, and nothing beside it", async () => {
    const t = await made({ tools: ["crm.*"], operations: ["update"], resources: ["customers/*"], domains: ["api.example.com", "*.cdn.example.com"], maxUses: 100, costEachMicros: 50, costTotalMicros: 120 });
    const fits = { tool: "crm.write", operation: "update", resource: "customers/7" };
    const cases: [string | null, Partial<LeaseAsk>][] = [
      ["lease.tool", { tool: "mail.send" }],
      ["lease.tool", { tool: "xcrm.write" }],
      ["lease.operation", { operation: "delete" }],
      ["lease.operation", { operation: "UPDATE" }],
      ["lease.resource", { resource: "invoices/customers/7" }],
      ["lease.domain", { hosts: ["evil.example"] }],
      ["lease.domain", { hosts: ["api.example.com", "evil.example"] }],
      ["lease.domain", { hosts: ["a.b.cdn.example.com"] }],
      ["lease.domain", { hosts: ["cdn.example.com"] }],
      ["lease.domain", { hosts: ["api.example.com.evil.example"] }],
      ["lease.cost", { costMicros: 51 }],
      ["lease.critical", { risk: "CRITICAL" }],
      ["lease.workspace", { workspaceId: newId() }],
      [null, { hosts: ["api.example.com", "a.cdn.example.com"], costMicros: 50 }],
      [null, { costMicros: 50 }],
      ["lease.cost", { costMicros: 21 }],
      [null, { costMicros: 20 }],
    ];
    for (const [rule, change] of cases) expect(await take(t, t.token, { ...fits, ...change }), JSON.stringify(change)).toMatchObject(rule ? { ok: false, rule } : { ok: true });
  });

  it("is no lease in the hands of another agent, another organization, or with any other signature", async () => {
    const [t, other] = [await made(), await made()];
    const invalid = { ok: false, rule: "lease.invalid" };
    expect(await take(other, t.token)).toMatchObject(invalid);
    expect(await take({ ...t, agentId: newId() }, t.token)).toMatchObject(invalid);
    for (const caller of [other, { ...t, agentId: newId() }, { ...t, organizationId: other.organizationId }]) expect(await openLease(t.token, caller)).toHaveProperty("refused");
    const neighbour = { ...t, agentId: newId() };
    expect((await inside(t, async (tx) => takeLeases(tx, [{ ...(await askOf(t, t.token)), agentId: neighbour.agentId, submissionId: "x" }]))).get("x")).toMatchObject(invalid);

    const [header = "", payload = ""] = parts(t.token);
    const [rawHeader, rawPayload, signature] = t.token.split(".");
    const more = payload.replace('"maxUses":2', '"maxUses":9');
    expect(more).not.toBe(payload);
    const kid = leaseKey().kid;
    const jwk = leaseKey().publicKey.export({ format: "jwk" });
    const forged = [
      `${rawHeader}.${Buffer.from(more).toString("base64url")}.${signature}`,
      `${Buffer.from('{"alg":"none","typ":"lease+jwt"}').toString("base64url")}.${rawPayload}.`,
      `${Buffer.from(header.replace("EdDSA", "none")).toString("base64url")}.${rawPayload}.${signature}`,
      // The public key as a secret of HMAC, in the forms in which a careless library would take it.
      ...(await Promise.all([leaseKey().publicKey.export({ type: "spki", format: "pem" }).toString(), jwk.x ?? ""].map((secret) => new SignJWT(JSON.parse(payload) as object as Record<string, unknown>).setProtectedHeader({ alg: "HS256", kid, typ: "lease+jwt" }).sign(new TextEncoder().encode(secret))))),
      await signedBy(payload, { alg: "EdDSA", kid, typ: "lease+jwt" }, generateKeyPairSync("ed25519").privateKey),
      // The key that a token brings along is nobody's.
      await (async () => {
        const own = generateKeyPairSync("ed25519");
        return signedBy(payload, { alg: "EdDSA", kid, typ: "lease+jwt", jwk: own.publicKey.export({ format: "jwk" }) }, own.privateKey);
      })(),
      await signedBy(payload, { alg: "EdDSA", kid, typ: "JWT" }),
      await signedBy(payload, { alg: "EdDSA", kid: "another", typ: "lease+jwt" }),
      `${t.token}.x`, "", "a.b.c", "x".repeat(70_000),
    ];
    for (const token of forged) {
      expect(await openLease(token, t), token.slice(0, 60)).toHaveProperty("refused");
      expect(await take(t, token), token.slice(0, 60)).toMatchObject(invalid);
    }
    // Even with the right key: only what was issued holds, as it was issued.
    expect(await importJWK(jwk, "EdDSA")).toBeDefined();
    expect(await take(t, await signedBy(more, { alg: "EdDSA", kid, typ: "lease+jwt" }))).toMatchObject(invalid);
    expect(await take(t, await signedBy(payload.replace(t.id, newId()), { alg: "EdDSA", kid, typ: "lease+jwt" }))).toMatchObject(invalid);
    expect(await inside(t, (tx) => tx.select().from(leaseUse))).toEqual([]);
    expect(await take(t, t.token)).toMatchObject({ ok: true });
  });

  it("holds from its beginning to its end, until it is revoked, and while its issuer may decide", async () => {
    const t = await made({ maxUses: 100, costTotalMicros: 100_000_000 });
    await revokeLease(await t.as("supervisor"), { id: t.id, reason: "Looks wrong" });
    expect(await take(t, t.token)).toMatchObject({ ok: false, rule: "lease.revoked" });
    await expect(revokeLease(t.admin, { id: t.id, reason: "Again" })).rejects.toMatchObject({ code: "conflict" });

    await expect(inside(t, (tx) => tx.update(lease).set({ expiresAt: sql`now() + interval '1 year'` }))).rejects.toThrow();
    await expect(inside(t, (tx) => tx.update(lease).set({ maxUses: 1000 }))).rejects.toThrow();

    const { token } = await grant(t.admin, t.agentId);
    await inside(t, (tx) => tx.update(roleGrant).set({ revokedAt: sql`now()` }).where(eq(roleGrant.personId, t.admin.actor.id)));
    expect(await take(t, token)).toMatchObject({ ok: false, rule: "lease.issuer" });
  });

  it("is refused before its time and after it", async () => {
    const t = await made();
    const add = async (notBefore: string, expiresAt: string) => {
      const { signLease, tokenHash } = await import("./token");
      const [row] = await inside(t, (tx) => tx.select().from(lease).where(eq(lease.id, t.id)));
      if (!row) throw new Error("there is no lease");
      const [times] = await inside(t, (tx) => tx.execute<{ from: string; until: string }>(sql`select date_trunc('second', now() + ${notBefore}::interval) as "from", date_trunc('second', now() + ${expiresAt}::interval) as until`));
      const moved = { ...row, id: newId(), notBefore: new Date(times?.from ?? 0), expiresAt: new Date(times?.until ?? 0) };
      const token = await signLease(moved);
      await inside(t, (tx) => tx.insert(lease).values({ ...moved, tokenHash: tokenHash(token) }));
      return token;
    };
    expect(await take(t, await add("-2 hours", "-1 hour"))).toMatchObject({ ok: false, rule: "lease.expired" });
    expect(await take(t, await add("1 hour", "2 hours"))).toMatchObject({ ok: false, rule: "lease.not_yet" });
    expect(await take(t, await add("-1 hour", "1 hour"))).toMatchObject({ ok: true });
  });

  it("is used exactly as often as it may be, however many show it at once", async () => {
    const t = await made({ maxUses: 5, costTotalMicros: 5_000_000 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => take(t, t.token)));
    expect(answers.filter(({ ok }) => ok).map((answer) => (answer as { use?: number }).use).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(answers.filter(({ ok }) => !ok)).toHaveLength(15);
    const batch = await grant(t.admin, t.agentId, { maxUses: 3, costTotalMicros: 25, costEachMicros: 10 });
    const asks = await Promise.all(Array.from({ length: 4 }, () => askOf(t, batch.token)));
    const together = await inside(t, async (tx) => {
      const book = await lockLeases(tx, asks.map(({ shown }) => shown));
      const [first, second, third, fourth] = asks;
      if (!first || !second || !third || !fourth) throw new Error("too few");
      const taken = [book.take(first), book.take(second)];
      book.giveBack(second.submissionId);
      taken.push(book.take(third), book.take(fourth));
      for (const statement of book.statements()) await prepared(tx, statement);
      return taken.map((answer) => ("use" in answer ? answer.use : answer.rule));
    });
    // What was given back is there again, and money ends before uses do.
    expect(together).toEqual([1, 2, 2, "lease.cost"]);
    expect((await loadLease(t.admin, { id: batch.id })).usesLog.map(({ use }) => use)).toEqual([1, 2]);
  });
});

describe("issuing a lease", () => {
  it("needs who decides requests and makes policies there, and is not for one's own agent, under any account", async () => {
    const t = await tenant();
    const refused = { code: "forbidden" };
    const elsewhere = await t.as("organization_admin");
    for (const role of ["supervisor", "workspace_admin", "agent_manager", "auditor", "billing_admin", "viewer"] as const) await expect(grant(await t.as(role), t.agentId), role).rejects.toMatchObject(refused);
    await expect(grant(await t.owner(), t.agentId)).rejects.toMatchObject(refused);
    const keyMaker = await t.as("organization_admin");
    await inside(t, (tx) => tx.update(apiKey).set({ createdBy: keyMaker.actor.id }).where(eq(apiKey.id, t.apiKeyId)));
    await expect(grant(keyMaker, t.agentId)).rejects.toMatchObject(refused);
    const second = await t.as("organization_admin");
    await inside(t, async (tx) => {
      const [owner] = await tx.select({ email: person.email }).from(person).where(eq(person.id, t.ownerId));
      await tx.update(person).set({ email: (owner?.email ?? "").replace("@", "+second@") }).where(eq(person.id, second.actor.id));
    });
    await expect(grant(second, t.agentId)).rejects.toMatchObject(refused);
    const foreign = await tenant();
    await expect(grant(await foreign.as("organization_admin"), t.agentId)).rejects.toMatchObject({ code: "not_found" });
    await inside(t, (tx) => tx.update(agent).set({ status: "suspended" }).where(eq(agent.id, t.agentId)));
    await expect(grant(elsewhere, t.agentId)).rejects.toMatchObject({ code: "conflict" });
  });

  it("bounds everything about it", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    for (const wrong of [{ tools: [] }, { tools: ["*"] }, { tools: ["**"] }, { operations: [] }, { resources: [] }, { domains: ["*.com"] }, { domains: ["*"] }, { domains: ["127.0.0.1"] }, { domains: ["localhost"] }, { maxUses: 0 }, { maxUses: 1001 }, { lifeSeconds: 604_801 }, { costTotalMicros: -1 }, { reason: "" }]) {
      expect(() => grant(admin, t.agentId, wrong), JSON.stringify(wrong)).toThrow();
    }
  });

  it("by approval gives the agent that asked its token, and no other", async () => {
    const [t, other] = [await tenant(), await tenant()];
    const supervisor: PersonCtx = await t.as("supervisor");
    const { id } = await requestLease(t.agent, RequestLeaseInput.parse({ tools: ["mail.send"], costEachMicros: 10, costTotalMicros: 10, reason: "Month end" }));
    expect(await getLeaseRequest(t.agent, { id })).toMatchObject({ status: "pending", lease: null, maxUses: 1 });
    const [row] = await inside(t, (tx) => tx.select().from(approval).where(eq(approval.id, id)));
    if (!row) throw new Error("there is no request");
    const approve = (by: PersonCtx, digest = row.digest.toString("hex")) => decideApproval(by, { id, decision: "approved", digest });
    await expect(approve(await t.owner())).rejects.toMatchObject({ code: "forbidden" });
    await expect(approve(supervisor, "07".repeat(32))).rejects.toMatchObject({ code: "conflict" });
    // What was changed outside of the portal is not what its digest says, whoever sees it.
    await inside(t, (tx) => tx.update(approval).set({ leaseRequest: { ...(row.leaseRequest as LeaseScope), maxUses: 900 } }).where(eq(approval.id, id)));
    await expect(approve(supervisor)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("not the one that was shown") });
    await inside(t, (tx) => tx.update(approval).set({ leaseRequest: row.leaseRequest }).where(eq(approval.id, id)));
    await approve(supervisor);
    await expect(approve(await t.as("supervisor"))).rejects.toMatchObject({ code: "conflict" });
    const { lease: issued } = await getLeaseRequest(t.agent, { id });
    expect(issued).toMatchObject({ usesLeft: 1, revoked: false });
    expect(await take(t, issued?.token ?? "")).toMatchObject({ ok: true, approvalId: id, issuedBy: supervisor.actor.id });
    await expect(getLeaseRequest(other.agent, { id })).rejects.toMatchObject({ code: "not_found" });
    await revokeLease(supervisor, { id: issued?.id ?? "", reason: "Enough" });
    expect((await getLeaseRequest(t.agent, { id })).lease).toMatchObject({ token: null, revoked: true });
  });
});
