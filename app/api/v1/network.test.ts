import { describe, expect, it } from "vitest";
import { SetKeyNetworkInput, setKeyNetwork } from "@/lib/network/set-for-key";
import { clientIpHeader } from "@/lib/client-ip";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { caller } from "./testing";

useTestDatabase();

const read = { tool: "crm.read", arguments: { id: 7 }, estimatedCostMicros: 1000 };
const [allowed, elsewhere] = ["203.0.113.7", "198.51.100.7"];
const from = (ip: string | null, more: Record<string, string> = {}) => ({ headers: { ...(ip ? { [clientIpHeader]: ip } : {}), ...more } });
const submit = (ip: string | null, more: Record<string, string> = {}) => ({ body: read, ...from(ip, { "idempotency-key": newId(), ...more }) });

async function limited() {
  const made = await tenant();
  const client = await caller(made);
  const draft = { addresses: "listed", list: "203.0.113.0/24", egress: "", countries: "any", countryCodes: "", unknown: "refuse", keyId: client.keyId };
  const limit = (version: string, change: object = {}) => setKeyNetwork(client.manager, SetKeyNetworkInput.parse({ ...draft, ...change, version }));
  return { ...made, client, limit };
}

describe("a key that is limited to a network", () => {
  it("is refused everywhere else by every endpoint, with the reason, and nothing is decided", async () => {
    const { client, limit, organizationId } = await limited();
    await limit("");
    const { json } = await client.post("/actions", submit(allowed));
    const before = await eventsOf(organizationId);
    for (const path of ["/me", "/actions", `/actions/${json.id}`, `/actions/${json.id}/wait?timeoutSeconds=1`]) {
      expect((await client.get(path, from(elsewhere))).status, path).toBe(403);
    }
    expect(await client.post("/actions", submit(elsewhere))).toMatchObject({
      status: 403,
      json: { type: "urn:countersign:problem:network_not_allowed", title: "Not from this network", address: elsewhere, detail: expect.stringContaining(`Your address ${elsewhere} is not within what this API key`) },
    });
    expect((await client.post("/actions", submit(null))).status).toBe(403);
    expect((await eventsOf(organizationId)).slice(before.length)).toEqual(["network.refused:blocked"]);
  });

  it("is not let in by what a caller writes into headers of proxies", async () => {
    const { client, limit } = await limited();
    await limit("");
    const forged = { "x-forwarded-for": allowed, "x-real-ip": allowed, forwarded: `for=${allowed}`, "cf-connecting-ip": allowed, "true-client-ip": allowed };
    expect((await client.post("/actions", submit(elsewhere, forged))).status).toBe(403);
  });

  it("is refused at once although it was used from there a moment ago, and in again at once", async () => {
    const { client, limit } = await limited();
    expect((await client.post("/actions", submit(elsewhere))).status).toBe(201);
    const { version } = await limit("");
    expect((await client.post("/actions", submit(elsewhere))).status).toBe(403);
    expect((await client.post("/actions", submit(allowed))).status).toBe(201);
    expect((await client.post("/actions", submit(elsewhere))).status).toBe(403);
    const next = await limit(version, { list: "192.0.2.0/24" });
    expect((await client.post("/actions", submit(allowed))).status).toBe(403);
    await limit(next.version, { addresses: "any" });
    expect((await client.post("/actions", submit(elsewhere))).status).toBe(201);
  });
});
