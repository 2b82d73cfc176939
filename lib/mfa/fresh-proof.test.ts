import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { approval } from "@/db/schema/action";
import { freshProof } from "@/db/schema/factor";
import { session } from "@/db/schema/people";
import { freshProofVerbs } from "@/lib/ability/fresh-proof";
import { decideApproval } from "@/lib/approvals/decide";
import { createKey } from "@/lib/keys/create";
import { grantRole } from "@/lib/people/grant-role";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { newId } from "@/lib/id";
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
    const reject = (id = "") => decideApproval(ctx, { id, decision: "rejected", reason: "No", digest: "07".repeat(32) });
    await expect(reject(one)).rejects.toMatchObject({ ...needed, freshProof: { verb: "approvals.decide", object: `${one} rejected` } });
    await provePassword(ctx, "approvals.decide", `${one} approved`);
    await provePassword(ctx, "approvals.decide", `${two} rejected`);
    await expect(reject(one)).rejects.toMatchObject(needed);
    await expect(reject(two)).resolves.toMatchObject({ status: "rejected" });
    await expect(reject(high)).resolves.toMatchObject({ status: "rejected" });
  });
});

it("every verb of a permission that needs a fresh proof asks for one, by its own name", () => {
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts") && !/\.test\.ts$|testing/.test(file));
  const sources = files.map((file) => ({ file, source: readFileSync(path.join("lib", file), "utf8") })).filter(({ source }) => source.includes("transact("));
  const permissions = new Set(Object.values(freshProofVerbs).flatMap(({ permission }) => permission ?? []));
  // The first administrator comes by a link and is nobody yet; a domain that is only named, and a test, let nobody in.
  const without = new Set(["auth/first-admin.ts", "sso/add-domain.ts", "sso/start-test.ts"]);
  const forgotten = sources.filter(({ file, source }) => {
    const asks = [...source.matchAll(/authorize\w*\([^;]*?"(\w+)", "(\w+)"/g)].some(([, resource, verb]) => permissions.has(`${resource}.${verb}` as never));
    return asks && !without.has(file) && !source.includes("requireFreshProof(");
  });
  expect(forgotten.map(({ file }) => file)).toEqual([]);
  const asked = sources.flatMap(({ source }) => [...source.matchAll(/requireFreshProof\(tx, ctx, "([\w.]+)"/g)].map(([, verb]) => verb));
  expect([...new Set(asked)].toSorted()).toEqual(Object.keys(freshProofVerbs).toSorted());
});
