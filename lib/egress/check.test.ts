import { describe, expect, it } from "vitest";
import { env } from "@/lib/env";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { decideApproval } from "@/lib/approvals/decide";
import { publishDocument } from "@/lib/governance/publish";
import { revokeLease } from "@/lib/leases/revoke";
import { grant, useLeaseKey } from "@/lib/leases/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { checkNetwork } from "./check";
import { nameServer } from "./testing";
import { tryEgress } from "./try";

useTestDatabase();
useLeaseKey();

const lists = { allow: ["api.example.com", "*.eu.example.com", "8.8.8.8"], deny: ["bad.eu.example.com"], unlisted: null };
const somewhere = async () => ["93.184.216.34"];
const never = async (): Promise<string[]> => {
  throw new Error("a name that nobody lists was looked up");
};

async function withLists(content: object = lists) {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const place = { kind: "egress", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, note: "" } as const;
  await publishDocument(admin, { ...place, content: content as never });
  return { ...t, admin };
}

describe("asking before a connection", () => {
  it("is denied from the first day, and the denial is an event without what the URL carries", async () => {
    const t = await tenant();
    expect(await checkNetwork(t.agent, { url: "https://api.example.com/?token=s3cret" }, never)).toEqual({
      outcome: "deny", rule: "egress.not_listed", message: expect.any(String), host: "api.example.com", source: null, pattern: null, addresses: [],
    });
    const [event] = await eventBodies(t.organizationId, "egress.refused");
    expect(event).toMatchObject({ outcome: "blocked", resource: { id: "api.example.com" }, details: { rule: "egress.not_listed" } });
    expect(JSON.stringify(event)).not.toContain("s3cret");
  });

  it("is allowed for what is listed, with the addresses to connect to and the level that says so", async () => {
    const t = await withLists();
    expect(await checkNetwork(t.agent, { url: "HTTPS://API.example.com.:443/x" }, somewhere)).toMatchObject({ outcome: "allow", host: "api.example.com", source: { scopeType: "organization", version: 1 }, addresses: ["93.184.216.34"] });
    expect(await checkNetwork(t.agent, { url: "http://134744072" }, never)).toMatchObject({ outcome: "allow", addresses: ["8.8.8.8"] });
    expect(await eventBodies(t.organizationId, "egress.refused")).toEqual([]);
  });

  it("is denied where a redirect leads to a machine's own addresses, in any spelling", async () => {
    const t = await withLists();
    for (const url of ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://2852039166/", "http://0251.0376.0251.0376/", "http://metadata.google.internal/", "http://localhost:3000", "http://bad.eu.example.com", "https://api.example.com@evil.com/", "https://a.b.eu.example.com"]) {
      expect(await checkNetwork(t.agent, { url }, never), url).toMatchObject({ outcome: "deny", addresses: [] });
    }
    expect(await eventBodies(t.organizationId, "egress.refused")).toHaveLength(9);
  });

  it("is denied for a listed name that leads to a private address, whoever looked it up, and when it leads nowhere", async () => {
    const t = await withLists();
    const url = "https://api.example.com/";
    for (const addresses of [["10.0.0.1"], ["93.184.216.34", "::ffff:127.0.0.1"], ["fe80::1%eth0"], ["not one"]]) {
      expect(await checkNetwork(t.agent, { url, addresses }, never)).toMatchObject({ outcome: "deny", rule: "egress.private_address", addresses: [] });
      expect(await checkNetwork(t.agent, { url }, async () => addresses)).toMatchObject({ outcome: "deny" });
    }
    expect(await checkNetwork(t.agent, { url }, async () => [])).toMatchObject({ outcome: "deny", rule: "egress.unresolved" });
    expect(await checkNetwork(t.agent, { url, addresses: ["93.184.216.34"] }, never)).toMatchObject({ outcome: "allow" });
  });

  it("asks the name server of the installation each time, so that a name which changes is seen", async () => {
    const t = await withLists();
    const names = await nameServer((_name, asked) => (asked === 1 ? ["93.184.216.34", "2606:4700::1111"] : ["127.0.0.1"]));
    env().DNS_SERVER = names.address;
    try {
      expect(await checkNetwork(t.agent, { url: "https://api.example.com" })).toMatchObject({ outcome: "allow", addresses: ["93.184.216.34", "2606:4700::1111"] });
      expect(await checkNetwork(t.agent, { url: "https://api.example.com" })).toMatchObject({ outcome: "deny", rule: "egress.private_address" });
    } finally {
      delete env().DNS_SERVER;
      names.stop();
    }
  });

  it("is narrowed by the workspace from the next question on", async () => {
    const t = await withLists();
    await publishDocument(t.admin, { kind: "egress", scopeType: "workspace", scopeId: t.workspaceId, expectedVersion: 0, note: "", content: { allow: ["api.example.com", "other.example.com"], deny: [], unlisted: null } });
    expect(await checkNetwork(t.agent, { url: "https://x.eu.example.com" }, never)).toMatchObject({ outcome: "deny", source: { scopeType: "workspace" } });
    expect(await checkNetwork(t.agent, { url: "https://other.example.com" }, never)).toMatchObject({ outcome: "deny", source: { scopeType: "organization" } });
    expect(await checkNetwork(t.agent, { url: "https://api.example.com" }, somewhere)).toMatchObject({ outcome: "allow" });
  });
});

describe("what else a decision asks of a host", () => {
  const grid = (t: Awaited<ReturnType<typeof withLists>>, content: object, expectedVersion = 0) =>
    publishDocument(t.admin, { kind: "capabilities", scopeType: "workspace", scopeId: t.workspaceId, expectedVersion, note: "", content: { tools: [], bounds: {}, ...content } as never });
  const url = "https://api.example.com/x";
  const ask = (t: Awaited<ReturnType<typeof withLists>>, more: object = {}) => checkNetwork(t.agent, { url, ...more }, somewhere);

  it("is the level that holds at last, the agent's own or a narrower one above it", async () => {
    const t = await withLists();
    expect(await ask(t)).toMatchObject({ outcome: "allow" });
    await grid(t, { bounds: { level: "strict" } });
    expect(await ask(t)).toMatchObject({ outcome: "ask", rule: "level.strict" });
    await grid(t, { bounds: { level: "isolated" } }, 1);
    expect(await ask(t)).toMatchObject({ outcome: "deny", rule: "level.isolated" });
  });

  it("is what Cedar forbids or asks a person for, and what a row for all tools restricts", async () => {
    const t = await withLists();
    const text = `@id("hours") forbid (principal, action in Countersign::Action::"network", resource) when { resource.host == "x.eu.example.com" };`;
    await publishDocument(t.admin, { kind: "cedar", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, note: "", content: { text } });
    expect(await ask(t, { url: "https://x.eu.example.com" })).toMatchObject({ outcome: "deny", rule: "policy:hours", source: { scopeType: "organization", version: 1 } });
    await grid(t, { tools: [{ tool: "*", mode: "allowed", costCeilingMicros: null, domains: ["other.example.com"] }] });
    expect(await ask(t)).toMatchObject({ outcome: "deny", rule: "capability.domain" });
  });

  it("is the tool of the action that it is part of, what was let go on with that host, and nothing once the action is over", async () => {
    const t = await withLists({ ...lists, unlisted: "ask" });
    await grid(t, { tools: [{ tool: "http.get", mode: "allowed", costCeilingMicros: null, domains: ["api.example.com", "else.example.com", "third.example.com"] }] });
    const submit = async (to: string) => (await submitAction(t.agent, SubmitActionInput.parse({ tool: "http.get", arguments: { url: to }, estimatedCostMicros: 1 }), to)).action;
    const reading = await submit(url);
    expect(await ask(t, { actionId: reading.id })).toMatchObject({ outcome: "allow", rule: "egress.allowed" });
    expect(await ask(t, { actionId: reading.id, url: "https://a.eu.example.com" })).toMatchObject({ outcome: "deny", rule: "capability.domain" });
    const asking = await submit("https://else.example.com/");
    expect(asking.status).toBe("pending_approval");
    expect(await ask(t, { actionId: asking.id, url: "https://else.example.com/" })).toMatchObject({ outcome: "deny", rule: "action.over" });
    await decideApproval(await t.as("supervisor"), { id: asking.approvalId ?? "", decision: "approved", digest: asking.digest });
    expect(await ask(t, { actionId: asking.id, url: "https://else.example.com/next" })).toMatchObject({ outcome: "allow", rule: "action.named" });
    // A redirect leads to what nobody was asked about.
    expect(await ask(t, { actionId: asking.id, url: "https://third.example.com/" })).toMatchObject({ outcome: "ask", rule: "egress.not_listed" });
    await expect(checkNetwork((await withLists()).agent, { url, actionId: reading.id }, never)).rejects.toMatchObject({ code: "not_found" });
  });

  it("is a lease, the session's own list, until it is revoked; it never opens what is denied", async () => {
    const t = await withLists();
    const { token, id } = await grant(t.admin, t.agentId, { tools: ["http.*"], domains: ["leased.example.com", "bad.eu.example.com"] });
    const leased = { url: "https://leased.example.com", lease: token };
    expect(await ask(t, { url: leased.url })).toMatchObject({ outcome: "deny" });
    expect(await ask(t, leased)).toMatchObject({ outcome: "allow", rule: "egress.lease", source: { scopeType: "session" } });
    expect(await ask(t, { url: "https://bad.eu.example.com", lease: token })).toMatchObject({ outcome: "deny", rule: "egress.denied" });
    expect(await ask(t, { url: leased.url, lease: token.replace(/.$/, "") })).toMatchObject({ outcome: "deny", rule: "lease.invalid" });
    await revokeLease(t.admin, { id, reason: "A test" });
    expect(await ask(t, leased)).toMatchObject({ outcome: "deny", rule: "lease.revoked" });
  });

  it("is said of one agent by the page's tester as well, with what is not published", async () => {
    const t = await withLists();
    await grid(t, { bounds: { level: "strict" } });
    const place = { scopeType: "organization", scopeId: t.organizationId, url } as const;
    const viewer = await t.as("viewer");
    expect(await tryEgress(viewer, { ...place, draft: null })).toMatchObject({ tried: { verdict: { outcome: "allow" } } });
    expect(await tryEgress(viewer, { ...place, agentId: t.agentId, draft: null })).toMatchObject({ tried: { verdict: { outcome: "ask", rule: "level.strict" } } });
    expect(await tryEgress(viewer, { ...place, agentId: t.agentId, draft: { allow: [], deny: [], unlisted: null } })).toMatchObject({ tried: { verdict: { outcome: "deny", rule: "egress.not_listed" } } });
    await expect(tryEgress(viewer, { ...place, agentId: (await tenant()).agentId, draft: null })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("trying a URL", () => {
  it("shows each step and which level decides, also with what is not published", async () => {
    const t = await withLists();
    const place = { scopeType: "workspace", scopeId: t.workspaceId } as const;
    const viewer = await t.as("viewer");
    const shown = await tryEgress(viewer, { ...place, url: "https://API.example.com:443/x", draft: null });
    expect(shown).toMatchObject({ tried: { verdict: { outcome: "allow", source: { scopeType: "organization" } }, levels: [{ version: 1 }, { version: 0 }] }, effective: { allowed: [{ by: "organization" }, {}, {}] } });
    expect(shown.tried?.steps.map(({ becomes }) => becomes)).toEqual(["API.example.com:443", "API.example.com", "api.example.com"]);
    const drafted = await tryEgress(viewer, { ...place, url: "api.example.com", draft: { allow: ["x.eu.example.com"], deny: [], unlisted: null } });
    expect(drafted).toMatchObject({ content: { allow: ["x.eu.example.com"] }, tried: { verdict: { outcome: "deny", source: { scopeType: "workspace" } } } });
  });

  it("says which line is wrong, and lets nothing through with it", async () => {
    const t = await withLists();
    const trial = await tryEgress(t.admin, { scopeType: "organization", scopeId: t.organizationId, url: "https://api.example.com", draft: { allow: ["api.example.com", "10.0.0.1", "*.com"], deny: [], unlisted: null } });
    expect(trial).toMatchObject({ content: null, problems: [{ path: "allow.1" }, { path: "allow.2" }], tried: { verdict: { outcome: "deny", rule: "egress.policy_unreadable" } } });
  });
});
