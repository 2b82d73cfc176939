import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { apiKey } from "@/db/schema/agent";
import { networkRule } from "@/db/schema/network";
import { roleGrant } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { abilityOfPerson } from "@/lib/ability/define";
import { listAgents } from "@/lib/agents/list";
import { searchAudit } from "@/lib/audit/search";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { keyCtx } from "@/lib/ctx/key";
import { loadPersonCtx } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import { sessionState } from "@/lib/live/session-state";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { createWorkspace } from "@/lib/workspaces/create";
import { previewNetwork, PreviewNetworkInput } from "./preview";
import { readNetwork } from "./read";
import { resetNetwork } from "./reset";
import { SetNetworkRuleInput, setNetworkRule } from "./set";
import { SetKeyNetworkInput, setKeyNetwork } from "./set-for-key";

useTestDatabase();

const office = "192.0.2.0/24 # where tests run";
const home = "198.51.100.7";
const open = { addresses: "any", list: office, egress: "", countries: "any", countryCodes: "", unknown: "refuse", version: "" };
const listed = { ...open, addresses: "listed" };

const set = (ctx: PersonCtx, input: object) => setNetworkRule(ctx, SetNetworkRuleInput.parse({ ...listed, ...input }));
const from = (ip: string | null, { sessionId } = { sessionId: "" }) => loadPersonCtx(sessionId, { requestId: newId(), ip, userAgent: null });
const comesIn = (ctx: PersonCtx, ip: string | null) => from(ip, ctx.actor).then((found) => found !== null, (error: { code?: string }) => error.code);

describe("an organization's rule", () => {
  it("holds on the very next request, for sessions that are open too, and the session stays", async () => {
    const t = await tenant();
    const [admin, viewer] = [await t.as("organization_admin"), await t.as("viewer")];
    expect(await comesIn(viewer, home)).toBe(true);
    await set(admin, {});
    expect([await comesIn(viewer, home), await comesIn(viewer, null), await comesIn(viewer, "::ffff:192.0.2.9"), await comesIn(viewer, "192.0.2.9")]).toEqual(["network_not_allowed", "network_not_allowed", true, true]);
    await expect(from(home, viewer.actor)).rejects.toMatchObject({ message: expect.stringMatching(/^Your address 198\.51\.100\.7 is not within what Org \w+ allows\.$/) });
  });

  it("is told in the audit, and each refusal once a minute", async () => {
    const t = await tenant();
    const viewer = await t.as("viewer");
    await set(await t.as("organization_admin"), {});
    for (let time = 0; time < 5; time++) await comesIn(viewer, home);
    const [changed] = await eventBodies(t.organizationId, "network.changed");
    expect(changed?.details).toMatchObject({ scope: "organization", after: { addresses: "listed", entries: 1 }, added: ["192.0.2.0/24 where tests run"], removed: [] });
    const refused = await eventBodies(t.organizationId, "network.refused");
    expect(refused.map(({ details }) => details)).toEqual([{ ip: home, country: null, rule: "organization", why: "it is on no line of the list", repeated: 0 }]);
  });

  it("of another organization changes nothing here", async () => {
    const [here, there] = [await tenant(), await tenant()];
    await set(await there.as("organization_admin"), {});
    expect(await comesIn(await here.as("viewer"), home)).toBe(true);
    await expect(setNetworkRule(await here.as("organization_admin"), SetNetworkRuleInput.parse({ ...listed, workspaceId: there.workspaceId }))).rejects.toMatchObject({ code: "not_found" });
  });

  it("lets nobody in while it cannot be read", async () => {
    const t = await tenant();
    const viewer = await t.as("viewer");
    const broken = { organizationId: t.organizationId, scope: "organization" as const, scopeId: t.organizationId, version: newId(), addresses: "listed" as const, entries: [{ range: "0.0.0.0/0", name: "", vpn: false }] };
    await inTenant(database(), t.organizationId, (tx) => tx.insert(networkRule).values(broken));
    await expect(from("192.0.2.1", viewer.actor)).rejects.toThrow();
  });

  it("is noticed by a page that is open", async () => {
    const t = await tenant();
    const [admin, viewer] = [await t.as("organization_admin"), await t.as("viewer")];
    const outside = await from(home, viewer.actor);
    if (!outside) throw new Error("not yet");
    expect(await sessionState(outside)).toBe("stands");
    await set(admin, {});
    expect([await sessionState(outside), await sessionState(viewer)]).toEqual(["ended", "changed"]);
  });

  it("lets whoever is outside end their session there", async () => {
    const t = await tenant();
    const viewer = await t.as("viewer");
    await set(await t.as("organization_admin"), {});
    const leaving = await loadPersonCtx(viewer.actor.sessionId, { requestId: newId(), ip: home, userAgent: null }, { toLeave: true });
    expect(leaving?.ability.rules).toEqual([]);
  });
});

describe("who makes a rule", () => {
  it("is not shut out by it, whichever way", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const ways: [string, object, string][] = [
      ["a list without them", { list: "203.0.113.0/24" }, "192.0.2.1"],
      ["a list of the others of their range", { list: "192.0.2.128/25" }, "192.0.2.1"],
      ["VPN only, with the office beside it", { addresses: "vpn", egress: "203.0.113.0/28" }, "192.0.2.1"],
      ["a country", { addresses: "any", countries: "only", countryCodes: "Austria" }, "its country is not known"],
      ["a country beside the list", { countries: "only", countryCodes: "Austria" }, "its country is not known"],
    ];
    for (const [what, rule, why] of ways) {
      await expect(set(admin, rule), what).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(why), hint: expect.any(String) });
    }
    const { version } = await set(admin, {});
    await expect(set(admin, { version, list: "203.0.113.0/24" }), "the entry one sits on is deleted").rejects.toMatchObject({ code: "conflict", hint: expect.stringContaining("Add 192.0.2.1 to the list") });
    await expect(set({ ...admin, ip: null }, { version }), "from where cannot be told").rejects.toMatchObject({ code: "conflict" });
    expect(await comesIn(admin, "192.0.2.1")).toBe(true);
    await set(admin, { version, addresses: "vpn", list: "", egress: "192.0.2.1" });
  });

  it("is told where a rule is a slip", () => {
    const wrong = (input: object) => SetNetworkRuleInput.safeParse({ ...listed, ...input }).error?.issues[0]?.path[0] ?? null;
    expect([wrong({ list: "" }), wrong({ addresses: "vpn" }), wrong({ countries: "only" }), wrong({ countries: "only", countryCodes: "Atlantis" }), wrong({ list: "0.0.0.0/0" }), wrong({})]).toEqual(["list", "egress", "countryCodes", "countryCodes", "list", null]);
  });

  it("must have seen what another wrote meanwhile", async () => {
    const t = await tenant();
    const [one, other] = [await t.as("organization_admin"), await t.as("organization_admin")];
    const both = await Promise.allSettled([set(one, { list: `${office}\n203.0.113.1` }), set(other, { list: `${office}\n203.0.113.2` })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { rule } = await readNetwork(one, {});
    await expect(set(other, { version: newId() })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("meanwhile") });
    await set(other, { version: rule?.version });
    await expect(set(one, { version: rule?.version })).rejects.toMatchObject({ code: "conflict" });
  });

  it("sees before whom it would refuse", async () => {
    const t = await tenant();
    const [admin, viewer] = [await t.as("organization_admin"), await t.as("viewer")];
    await inTenant(database(), t.organizationId, async (tx) => {
      await tx.execute(`update session set ip = '${home}' where id = '${viewer.actor.sessionId}'`);
      await tx.update(apiKey).set({ lastIp: "203.0.113.9" }).where(eq(apiKey.id, t.apiKeyId));
    });
    const see = (input: object) => previewNetwork(admin, PreviewNetworkInput.parse({ ...listed, ...input }));
    expect(await see({ address: home })).toEqual({
      you: { ip: "192.0.2.1", admitted: true, by: "192.0.2.0/24 (where tests run)", country: null },
      tried: { ip: home, admitted: false, by: "it is on no line of the list", country: null },
      sessions: { total: 2, refused: 1, named: [{ name: "viewer", ip: home, why: "it is on no line of the list" }] },
      keys: { total: 1, refused: 1, named: [{ name: "test (Expense analyst)", ip: "203.0.113.9", why: "it is on no line of the list" }] },
    });
    expect((await see({ appliesTo: "people" })).keys.total).toBe(0);
    expect((await see({ address: "office" })).tried).toEqual({ wrong: "office is no address" });
    expect(await comesIn(viewer, home)).toBe(true);
  });
});

describe("a workspace's rule", () => {
  it("takes every right in it from who is outside, by whatever role, and leaves the rest", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const other = await createWorkspace(admin, { name: "Research" });
    const member = await t.as("workspace_admin", t.workspaceId);
    await inTenant(database(), t.organizationId, (tx) =>
      tx.insert(roleGrant).values({ id: newId(), organizationId: t.organizationId, personId: member.actor.id, role: "viewer", workspaceId: other.id, validFrom: new Date(0) }),
    );
    await set(admin, { workspaceId: t.workspaceId });
    for (const [ctx, ip, seen] of [[admin, home, 0], [admin, "192.0.2.9", 1], [member, home, 0], [member, "192.0.2.9", 1]] as const) {
      const here = await from(ip, ctx.actor);
      if (!here) throw new Error("the organization has no rule");
      expect((await listAgents(here, {})).rows.length, `${ctx.actor.name} from ${ip}`).toBe(seen);
      expect(here.ability.can("read", "workspaces")).toBe(true);
    }
    const outside = await from(home, admin.actor);
    if (!outside) throw new Error("the organization has no rule");
    const found = await searchAudit(outside, { filter: {}, size: 100 });
    expect(found.rows.filter((row) => row.workspaceId === t.workspaceId || row.workspaceId === null)).toEqual([]);
  });

  it("is no way around for who reaches it by a role on the whole organization", () => {
    const ability = abilityOfPerson([{ role: "organization_admin", workspaceId: null }], ["closed"]);
    const may = (workspaceId: string | null) => ability.can("update", { __caslSubjectType__: "agents", ...(workspaceId ? { workspaceId } : {}) } as never);
    expect([may("closed"), may("open"), may(null)]).toEqual([false, true, true]);
  });
});

describe("an API key", () => {
  async function keyOf(t: Awaited<ReturnType<typeof tenant>>) {
    const maker = await t.as("workspace_admin", t.workspaceId);
    const made = await createKey(maker, { agentId: t.agentId, name: "limited", scopes: ["actions.view"] });
    const use = (ip: string | null) => keyCtx(`Bearer ${made.key}`, { requestId: newId(), ip, userAgent: null }).then(() => true, (error: { code?: string; message: string }) => error.code);
    return { ...made, maker, use };
  }

  it("is refused outside of its own list, its workspace's and its organization's", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const key = await keyOf(t);
    expect(await key.use(home)).toBe(true);
    await setKeyNetwork(key.maker, SetKeyNetworkInput.parse({ ...listed, list: `${home}\n203.0.113.9\n192.0.2.1`, keyId: key.id }));
    expect([await key.use(home), await key.use("203.0.113.10"), await key.use(null)]).toEqual([true, "network_not_allowed", "network_not_allowed"]);
    await set(admin, { workspaceId: t.workspaceId, list: `${office}\n203.0.113.9` });
    expect([await key.use(home), await key.use("203.0.113.9"), await key.use("192.0.2.1")]).toEqual(["network_not_allowed", true, true]);
    const { version } = await set(admin, {});
    expect([await key.use("203.0.113.9"), await key.use("192.0.2.1")]).toEqual(["network_not_allowed", true]);
    await set(admin, { version, appliesTo: "people" });
    expect(await key.use("203.0.113.9")).toBe(true);
    expect((await eventBodies(t.organizationId, "network.refused")).map(({ details }) => (details as { rule: string }).rule)).toEqual(["key", "workspace", "organization"]);
  });

  it("has its address kept with its last use, for previews", async () => {
    const t = await tenant();
    const key = await keyOf(t);
    await key.use("203.0.113.9");
    const [row] = await inTenant(database(), t.organizationId, (tx) => tx.select({ ip: apiKey.lastIp }).from(apiKey).where(eq(apiKey.id, key.id)));
    expect(row?.ip).toBe("203.0.113.9");
  });

  it("is limited by who may make keys of its agent, and by nobody else", async () => {
    const t = await tenant();
    const input = SetKeyNetworkInput.parse({ ...listed, keyId: t.apiKeyId });
    await expect(setKeyNetwork(await t.as("supervisor"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(setKeyNetwork(await (await tenant()).as("organization_admin"), input)).rejects.toMatchObject({ code: "not_found" });
  });
});

it("an operator on the machine itself opens it again, and the audit says so", async () => {
  const t = await tenant();
  const viewer = await t.as("viewer");
  await set(await t.as("organization_admin"), {});
  expect(await comesIn(viewer, home)).toBe("network_not_allowed");
  expect(await resetNetwork(systemCtx("bootstrap", t.organizationId), { organizationId: t.organizationId })).toEqual({ rules: 1 });
  expect(await comesIn(viewer, home)).toBe(true);
  expect((await eventBodies(t.organizationId, "network.reset")).length).toBe(1);
});
