import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Countersign, CountersignError, Narrowed, NotApproved, Refused, StillWaiting } from "@/clients/typescript/client";
import { clientFiles } from "@/lib/clients/files";
import { narrowApproval } from "@/lib/approvals/narrow";
import { revokeKey } from "@/lib/keys/revoke";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { api } from "../api/v1/app";
import { caller } from "../api/v1/testing";
import { GET } from "./[language]/[file]/route";

useTestDatabase();

const baseUrl = "http://portal.test";
const portal: typeof fetch = async (input, init) => api.request(input instanceof URL ? input.toString() : input, init);

async function made(options: Parameters<typeof tenant>[0] = {}, through: typeof fetch = portal) {
  const t = await tenant(options);
  const http = await caller(t);
  return { ...t, http, agent: new Countersign({ baseUrl, key: http.key, fetch: through }) };
}

const read = { tool: "crm.read", arguments: { id: 7 }, estimatedCostMicros: 1000 };

describe("the files of the clients", () => {
  const get = (language: string, file: string) => GET(new Request(`${baseUrl}/clients/${language}/${file}`), { params: Promise.resolve({ language, file }) });

  it("are given out as they are in the repository", async () => {
    for (const [language, files] of Object.entries(clientFiles)) {
      for (const file of files) expect(await (await get(language, file)).text()).toBe(readFileSync(`clients/${language}/${file}`, "utf8"));
    }
  });

  it.each([["typescript", "package.json"], ["typescript", "../../package.json"], ["..", "package.json"], ["python", "client.ts"], ["constructor", "name"], ["__proto__", "x"]])("are all that is given out: not %s %s", async (language, file) => {
    expect((await get(language, file)).status).toBe(404);
  });
});

describe("the TypeScript client", () => {
  it("carries an action through, and reports it as failed when the tool fails", async () => {
    const { agent, http } = await made();
    expect(await agent.run(read, async (action) => ({ value: action.status, costMicros: 900 }))).toBe("running");
    await expect(agent.run(read, async () => Promise.reject(new Error("The CRM is away.")))).rejects.toThrow("The CRM is away.");
    expect((await http.get("/actions")).json.actions).toMatchObject([{ status: "failed", actualCostMicros: 1000, outcome: { summary: "The CRM is away." } }, { status: "succeeded", actualCostMicros: 900 }]);
  });

  it("never begins what is denied, or not approved, and says why", async () => {
    const { agent } = await made({ tools: [{ tool: "shop.pay", mode: "blocked", costCeilingMicros: null }] });
    let begun = 0;
    const perform = async () => ({ value: ++begun, costMicros: 0 });
    const refused = await agent.run({ ...read, tool: "shop.pay" }, perform).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ rule: "capability.blocked", owner: "Olga Owner", howToAsk: { page: expect.stringContaining("/policy") }, action: { status: "denied" }, code: "policy_denied", status: 403 });
    const asked = await agent.submit({ ...read, tool: "mail.send" });
    await expect(agent.waitForDecision(asked.id, { timeoutMs: 0 })).rejects.toBeInstanceOf(StillWaiting);
    await agent.cancel(asked.id);
    await expect(agent.waitForDecision(asked.id)).rejects.toBeInstanceOf(NotApproved);
    expect(begun).toBe(0);
  });

  it("sends what met an outage again with the same idempotency key, and never a grant whose answer was lost", async () => {
    const sent: { path: string; key: string | null }[] = [];
    let failures = 0;
    const shaky: typeof fetch = async (input, init) => {
      sent.push({ path: new URL(String(input)).pathname.split("/").at(-1) ?? "", key: new Headers(init?.headers).get("idempotency-key") });
      const answer = await portal(input, init);
      if (failures-- > 0) throw new TypeError("fetch failed");
      return answer;
    };
    const { agent, http } = await made({}, shaky);
    failures = 2;
    const action = await agent.submit(read);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    expect([sent.length, ((await http.get("/actions")).json.actions as unknown[]).length]).toEqual([3, 1]);
    failures = 1;
    await expect(agent.takeGrant(action.id)).rejects.toThrow("fetch failed");
    expect(sent.filter(({ path }) => path === "grant")).toHaveLength(1);
    failures = 1;
    expect(await agent.reportOutcome(action.id, { status: "succeeded", costMicros: 1 })).toMatchObject({ status: "succeeded" });
  });

  it("follows an action by events to its end, and hears when its key is taken away", async () => {
    const { agent, http } = await made();
    const { id } = await agent.submit({ ...read, tool: "mail.send" });
    const seen: string[] = [];
    for await (const { status } of agent.events(id)) {
      seen.push(status);
      if (status === "pending_approval") await agent.cancel(id);
    }
    expect(seen).toEqual(["pending_approval", "cancelled"]);
    const other = await agent.submit({ ...read, tool: "mail.send" });
    const follow = async () => {
      for await (const { status } of agent.events(other.id)) if (status === "pending_approval") await revokeKey(http.manager, { id: http.keyId });
    };
    await expect(follow()).rejects.toBeInstanceOf(CountersignError);
  });

  it("stops for an offer of less, and goes on with exactly that once it is accepted", async () => {
    const { agent, as } = await made();
    const asked = await agent.submit({ ...read, tool: "mail.send", arguments: { to: ["a@b.test", "c@d.test"] } });
    await narrowApproval(await as("supervisor"), { id: asked.approvalId ?? "", digest: asked.digest, reason: "One is enough", changes: [{ path: ["to"], value: "a@b.test" }] });
    const narrowed = await agent.waitForDecision(asked.id).catch((error: unknown) => error);
    expect(narrowed).toBeInstanceOf(Narrowed);
    const offer = await agent.narrowing(asked.id);
    expect(offer.arguments).toEqual({ to: "a@b.test" });
    expect(await agent.acceptNarrowing(asked.id, offer.digest)).toMatchObject({ status: "allowed", digest: offer.digest });
    expect((await agent.waitForDecision(asked.id)).status).toBe("allowed");
  });

  it("submits in batches, and asks for a child with what exceeds when it is refused", async () => {
    const { agent } = await made();
    const results = await agent.submitBatch([{ ...read, idempotencyKey: "a" }, { ...read, tool: "NO", idempotencyKey: "b" }]);
    expect(results.map(({ status }) => status)).toEqual([201, 400]);
    const child = { name: "Reader", kind: "analyst" as const, purpose: "Reads.", tools: [{ tool: "*", mode: "allowed" as const, costCeilingMicros: null }], budgetMicros: 1, lifeSeconds: 60 };
    expect(await agent.askForChild(child).catch((error: Refused) => error.problem.exceeds)).toMatchObject([{ field: "tools *" }]);
    const asked = await agent.askForChild({ ...child, tools: [] });
    await expect(agent.waitForChild(asked.id, { timeoutMs: 0 })).rejects.toBeInstanceOf(StillWaiting);
    await expect(agent.claimChild(asked.id)).rejects.toMatchObject({ status: 409 });
  });
});
