import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const key = `signkey-prod-${"00".repeat(32)}`;
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
    INNGEST_BASE_URL: `http://127.0.0.1:${port}`, INNGEST_EVENT_KEY: "event-key", INNGEST_SIGNING_KEY: key,
  });
  route = await import("./route");
});
afterAll(() => engine.close());

const call = (method: string, body: BodyInit | null, headers: Record<string, string> = {}, query = "?fnId=countersign-run-action&stepId=step") =>
  new Request(`https://evil.test/api/inngest${query}`, { method, body, headers: { host: "evil.test", ...headers } });

/** As Inngest signs: HMAC-SHA256 over the body followed by the time in seconds. */
function signature(body: string, at = Date.now(), by = key) {
  const t = Math.floor(at / 1000).toString();
  const s = createHmac("sha256", by.replace("signkey-prod-", "")).update(body + t).digest("hex");
  return { "x-inngest-signature": `t=${t}&s=${s}` };
}
const event = JSON.stringify({ ctx: { attempt: 0, run_id: "r" }, event: { data: {}, name: "run/created" }, events: [], steps: {} });
const minutes = 60_000;

const forgeries: [string, string, Record<string, string>][] = [
  ["without a signature", event, {}],
  ["with an empty signature", event, { "x-inngest-signature": "" }],
  ["with a made-up one", event, { "x-inngest-signature": `t=${Math.floor(Date.now() / 1000)}&s=${"00".repeat(32)}` }],
  ["signed with another key", event, signature(event, Date.now(), `signkey-prod-${"11".repeat(32)}`)],
  ["signed for another body", event, signature("{}")],
  ["signed ten minutes ago", event, signature(event, Date.now() - 10 * minutes)],
  ["signed for ten minutes from now", event, signature(event, Date.now() + 10 * minutes)],
  ["signed at no time", event, { "x-inngest-signature": `t=NaN&s=${"00".repeat(32)}` }],
  ["that is not JSON", "[".repeat(1_000), {}],
];

describe.each(["GET", "POST", "PUT"] as const)("a %s that the engine did not send", (method) => {
  it.each(forgeries)("%s is refused before the SDK sees it", async (_what, body, headers) => {
    const told = vi.spyOn(console, "error");
    registered.length = 0;
    const answer = await route[method](method === "GET" ? call(method, null, headers) : call(method, body, headers));
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([401, "urn:countersign:problem:unauthenticated"]);
    expect([registered, told.mock.calls]).toEqual([[], []]);
  });
});

it("answers the engine, which signs what it sends or its canonical form", async () => {
  expect((await route.GET(call("GET", null, signature("")))).status).toBe(200);
  const spaced = JSON.stringify(JSON.parse(event), null, 2);
  // The SDK looks for the function only after the signature was found good.
  for (const body of [event, spaced]) expect((await route.POST(call("POST", body, signature(event), "?fnId=none&stepId=step"))).status).toBe(500);
});

it("reads no body without an end", async () => {
  const answer = await route.POST(call("POST", new Uint8Array(41 * 1024 * 1024), signature("")));
  expect(answer.status).toBe(413);
});

it("tells the engine its own address, under whatever name it asks for the registration", async () => {
  await route.PUT(call("PUT", "", { "x-forwarded-host": "evil.test", ...signature("") }));
  expect(registered.length).toBeGreaterThan(0);
  expect(JSON.stringify(registered)).not.toContain("evil.test");
  expect(registered[0]?.url).toMatch(/^https:\/\/portal\.test\/api\/inngest/);
});
