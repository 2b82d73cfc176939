import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

const registered: { url?: string }[] = [];
let engine: Server;
let route: typeof import("./route");

beforeAll(async () => {
  engine = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    registered.push(JSON.parse(text) as { url?: string });
    response.setHeader("content-type", "application/json").end(JSON.stringify({ ok: true, status: 200, modified: true }));
  }).listen(0, "127.0.0.1");
  await once(engine, "listening");
  const { port } = engine.address() as AddressInfo;
  Object.assign(process.env, {
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/none", AUTH_SECRET: "test-secret-test-secret-test-secret-00", APP_URL: "https://portal.test",
    INNGEST_BASE_URL: `http://127.0.0.1:${port}`, INNGEST_EVENT_KEY: "event-key", INNGEST_SIGNING_KEY: `signkey-prod-${"00".repeat(32)}`,
  });
  route = await import("./route");
});
afterAll(() => engine.close());

const call = (method: string, body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("https://evil.test/api/inngest?fnId=countersign-run-action&stepId=step", { method, body, headers: { host: "evil.test", ...headers } });

it("runs nothing for a call that the engine did not sign", async () => {
  // The SDK tells the log of every call that it refuses.
  const told = vi.spyOn(console, "error").mockReturnValue(undefined);
  const body = JSON.stringify({ event: { name: "run/created", data: {} }, events: [], steps: {}, ctx: { run_id: "r", attempt: 0 } });
  expect((await route.POST(call("POST", body))).status).toBe(401);
  expect((await route.POST(call("POST", body, { "x-inngest-signature": "t=1&s=00" }))).status).toBe(401);
  told.mockRestore();
});

it("reads no body without an end, signed or not", async () => {
  const answer = await route.POST(call("POST", new Uint8Array(41 * 1024 * 1024)));
  expect(answer.status).toBe(413);
});

it("takes what is not JSON for the caller's fault, and leaves the log alone", async () => {
  for (const body of ["{", "[".repeat(1_000), "\u0000", "nul"]) {
    const answer = await route.POST(call("POST", body));
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([400, "urn:countersign:problem:invalid_input"]);
  }
});

it("tells the engine its own address, whoever asks for the registration under whatever name", async () => {
  await route.PUT(call("PUT", "{}", { "x-forwarded-host": "evil.test" }));
  expect(registered.length).toBeGreaterThan(0);
  expect(JSON.stringify(registered)).not.toContain("evil.test");
  expect(registered[0]?.url).toMatch(/^https:\/\/portal\.test\/api\/inngest/);
});
