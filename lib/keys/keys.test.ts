import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { agent, apiKey } from "@/db/schema/agent";
import { inTenant } from "@/db/tenant";
import { keyCtx } from "@/lib/ctx/key";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { createKey, maxKeysPerAgent } from "./create";
import { isKeyShaped, makeKey } from "./format";
import { listKeys } from "./list";
import { revokeKey } from "./revoke";

useTestDatabase();

const info = { requestId: newId(), ip: "192.0.2.7", userAgent: "curl" };
const enter = (key: string) => keyCtx(`Bearer ${key}`, info);

async function withKey() {
  const made = await tenant();
  const manager = await made.as("agent_manager", made.workspaceId);
  const key = await createKey(manager, { agentId: made.agentId, name: "CI", scopes: ["actions.submit", "actions.view"] });
  return { ...made, manager, key };
}

describe("an API key", () => {
  it("is shown once, stored as a hash, and opens the door with its scopes", async () => {
    const { organizationId, agentId, key } = await withKey();
    expect(key.key).toMatch(/^cs_[A-Za-z0-9_-]{49}$/);
    const ctx = await enter(key.key);
    expect(ctx).toMatchObject({ organizationId, ip: "192.0.2.7", actor: { kind: "agent", id: agentId, apiKeyId: key.id, scopes: ["actions.submit", "actions.view"] } });
    expect(ctx.ability.can("submit", "actions")).toBe(true);
    expect(ctx.ability.can("cancel", "actions")).toBe(false);
    const stored = await inTenant(database(), organizationId, (tx) => tx.select().from(apiKey).where(eq(apiKey.id, key.id)));
    expect(JSON.stringify(stored)).not.toContain(key.key.slice(12));
    expect(stored[0]?.lastUsedAt).not.toBeNull();
    const [event] = await eventBodies(organizationId, "keys.created");
    expect(JSON.stringify(event)).not.toContain(key.key.slice(12));
  });

  it("works for many requests at once", async () => {
    const { key } = await withKey();
    const all = await Promise.all(Array.from({ length: 200 }, () => enter(key.key)));
    expect(new Set(all.map((ctx) => ctx.actor.apiKeyId))).toEqual(new Set([key.id]));
  });

  it("ends at once when it is revoked, says so, and its use is recorded once a minute", async () => {
    const { organizationId, manager, key } = await withKey();
    await enter(key.key);
    await revokeKey(manager, { id: key.id });
    for (let i = 0; i < 3; i++) await expect(enter(key.key)).rejects.toMatchObject({ code: "unauthenticated", message: expect.stringContaining("revoked at") });
    expect(await eventsOf(organizationId)).toEqual(["keys.created:success", "keys.revoked:success", "keys.refused:blocked"]);
    await expect(revokeKey(manager, { id: key.id })).rejects.toMatchObject({ code: "conflict" });
  });

  it("ends with its last day and with its agent", async () => {
    const { organizationId, agentId, key, manager } = await withKey();
    const set = (values: Partial<typeof apiKey.$inferInsert>) =>
      inTenant(database(), organizationId, (tx) => tx.update(apiKey).set(values).where(eq(apiKey.id, key.id)));
    await set({ expiresAt: new Date(Date.now() - 1000) });
    await expect(enter(key.key)).rejects.toThrow("expired at");
    await set({ expiresAt: null });
    await enter(key.key);
    await inTenant(database(), organizationId, (tx) => tx.update(agent).set({ status: "retired" }).where(eq(agent.id, agentId)));
    await expect(enter(key.key)).rejects.toThrow("retired");
    await expect(createKey(manager, { agentId, name: "x", scopes: ["actions.view"] })).rejects.toMatchObject({ code: "conflict" });
  });

  it.each([
    ["nothing", undefined, "has no API key"],
    ["another scheme", "Basic dXNlcjpwYXNz", "not of the form"],
    ["an empty key", "Bearer ", "not of the form"],
    ["a mistyped key", `Bearer ${makeKey().slice(0, -1)}!`, "not known"],
    ["a key that nobody made", `Bearer ${makeKey()}`, "not known"],
  ])("is not %s", async (_what, header, message) => {
    await expect(keyCtx(header, info)).rejects.toMatchObject({ code: "unauthenticated", message: expect.stringContaining(message) });
  });

  it("has a checksum", () => {
    const key = makeKey();
    const other = key.at(20) === "A" ? "B" : "A";
    expect(isKeyShaped(key)).toBe(true);
    expect(isKeyShaped(`${key.slice(0, 20)}${other}${key.slice(21)}`)).toBe(false);
  });

  it("cannot be made for a day that has passed, or without limit in number", async () => {
    const { agentId, manager } = await withKey();
    await expect(createKey(manager, { agentId, name: "x", scopes: ["actions.view"], expiresOn: "2020-01-01" })).rejects.toMatchObject({
      code: "invalid_input", fields: { expiresOn: expect.any(String) },
    });
    for (let i = 2; i < maxKeysPerAgent; i++) await createKey(manager, { agentId, name: `k${i}`, scopes: ["actions.view"] });
    await expect(createKey(manager, { agentId, name: "one more", scopes: ["actions.view"] })).rejects.toMatchObject({ code: "conflict" });
  });

  it("is made, seen and revoked only by who may, in their own organization", async () => {
    const { agentId, key, as, organizationId, workspaceId } = await withKey();
    const auditor = await as("auditor");
    const viewer = await as("viewer", workspaceId);
    await expect(createKey(auditor, { agentId, name: "x", scopes: ["actions.view"] })).rejects.toMatchObject({ code: "forbidden" });
    await expect(revokeKey(auditor, { id: key.id })).rejects.toMatchObject({ code: "forbidden" });
    expect((await listKeys(auditor)).rows.map((row) => [row.name, row.mayRevoke])).toEqual([["CI", false], ["test", false]]);
    expect((await listKeys(viewer)).rows).toEqual([]);
    const stranger = await (await tenant()).as("organization_admin");
    await expect(createKey(stranger, { agentId, name: "x", scopes: ["actions.view"] })).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeKey(stranger, { id: key.id })).rejects.toMatchObject({ code: "not_found" });
    expect((await eventsOf(organizationId)).filter((event) => event === "access.denied:blocked")).toHaveLength(2);
  });

  it("is found by state and by words", async () => {
    const { key, manager, agentId } = await withKey();
    await revokeKey(manager, { id: key.id });
    expect((await listKeys(manager, { states: ["revoked"] })).rows.map((row) => row.id)).toEqual([key.id]);
    expect((await listKeys(manager, { states: ["active"], agentId })).rows.map((row) => row.name)).toEqual(["test"]);
    expect((await listKeys(manager, { states: ["expired"] })).rows).toEqual([]);
    expect((await listKeys(manager, { q: "c_i" })).rows).toEqual([]);
    expect((await listKeys(manager, { q: "ci" })).rows.map((row) => row.name)).toEqual(["CI"]);
  });
});
