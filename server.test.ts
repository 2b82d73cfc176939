import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { action } from "@/db/schema/action";
import { outbox } from "@/db/schema/message";
import { inTenant } from "@/db/tenant";
import { caller } from "@/app/api/v1/testing";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";

// The server itself, with pages that answer when the test says so: `next build` takes minutes and is not what is tested.
const stubbedPages = `data:text/javascript,${encodeURIComponent(`
  import { register } from "node:module";
  const stub = "data:text/javascript," + encodeURIComponent(\`
    const go = new Promise((resolve) => process.stdin.once("data", resolve));
    export default () => ({
      prepare: async () => {},
      getRequestHandler: () => async (request, response) => {
        response.writeHead(200, { "content-type": "text/plain" }).write("first ");
        if (request.url === "/slow") await go;
        if (request.url === "/never") return;
        response.end("last");
      },
    });\`);
  register("data:text/javascript," + encodeURIComponent(\`
    export const resolve = (name, context, next) => name === "next" ? { url: \${JSON.stringify(stub)}, shortCircuit: true } : next(name, context);\`));
`)}`;

const eventIds = new Set<string>();
/** Takes job events as the engine does. */
const engine = createServer(async (incoming, response) => {
  if (incoming.method === "GET") return void response.end("{}");
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const events = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { id: string }[];
  for (const { id } of events) eventIds.add(id);
  response.setHeader("content-type", "application/json").end(JSON.stringify({ ids: events.map(({ id }) => id), status: 200 }));
});

useTestDatabase();
beforeAll(() => new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve)));
afterAll(() => void engine.close());

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

async function startServer(variables: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "--import", "./scripts/start/child.mjs", "--import", stubbedPages, "server.ts"], {
    env: {
      ...process.env, NODE_ENV: "production", LOG_LEVEL: "info", PORT: "0", INNGEST_EVENT_KEY: "key",
      INNGEST_BASE_URL: `http://127.0.0.1:${(engine.address() as AddressInfo).port}`, ...variables,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  const exit = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  await expect.poll(() => said, { timeout: 60_000, interval: 20 }).toContain('"listening"');
  const port = Number(/"listening","port":(\d+)/.exec(said)?.[1]);
  return { child, port, exit, said: () => said };
}

type Answer = { status: number; headers: IncomingHttpHeaders; text: string };
const keepAlive = new Agent({ keepAlive: true });

function send(port: number, method: string, path: string, { key, body, headers }: { key?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({
      port, host: "127.0.0.1", method, path, agent: keepAlive,
      headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...(body ? { "content-type": "application/json" } : {}), ...headers },
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.end(body ? JSON.stringify(body) : undefined);
  });
}

const submit = (port: number, key: string, body: object) =>
  send(port, "POST", "/api/v1/actions", { key, body: { estimatedCostMicros: 1000, ...body }, headers: { "idempotency-key": newId() } });

async function refusesConnections(port: number): Promise<boolean> {
  return send(port, "GET", "/").then(() => false, (error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED");
}

it("at SIGTERM answers every request whole, keeps every decision, loses no job, and ends with 0", async () => {
  const made = await tenant();
  const { key } = await caller(made);
  const { child, port, exit } = await startServer({ DRAIN_NOTICE_MS: "3000", DRAIN_GRACE_MS: "60000" });
  const pending = JSON.parse((await submit(port, key, { tool: "mail.send", arguments: {} })).text) as { id: string };

  const answers: Answer[] = [];
  // Each goes on until the server says that this connection is over, as a balancer would.
  const load = Array.from({ length: 12 }, async (_, worker) => {
    for (let last: Answer | undefined; last?.headers.connection !== "close"; answers.push(last)) {
      last = await submit(port, key, worker % 3 === 0 ? { tool: "sandbox.python", arguments: { code: "1" } } : { tool: "crm.read", arguments: { worker } });
    }
  });
  const waiting = send(port, "GET", `/api/v1/actions/${pending.id}/wait?timeoutSeconds=60`, { key });
  const slowPage = send(port, "GET", "/slow");
  await expect.poll(() => answers.length, { timeout: 30_000 }).toBeGreaterThan(30);

  child.kill("SIGTERM");
  await Promise.all(load);
  expect(answers.filter(({ status, text }) => status !== 201 || !JSON.parse(text).id)).toEqual([]);
  // A wait does not hold up the end: it is answered with how things stand, and asked again elsewhere.
  expect(await waiting).toMatchObject({ status: 200, text: expect.stringContaining("pending_approval"), headers: { connection: "close" } });
  await expect.poll(() => refusesConnections(port), { timeout: 30_000 }).toBe(true);
  expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  child.stdin?.write("go\n");
  expect(await slowPage).toMatchObject({ status: 200, text: "first last" });
  expect(await exit).toEqual({ code: 0, signal: null });

  const [actions, events] = await inTenant(database(), made.organizationId, async (tx) => [
    await tx.select({ id: action.id }).from(action),
    await tx.select({ eventId: outbox.eventId, sentAt: outbox.sentAt }).from(outbox),
  ] as const);
  const promised = [pending.id, ...answers.map(({ text }) => String(JSON.parse(text).id))];
  expect(actions.map(({ id }) => id).sort()).toEqual(promised.sort());
  expect(events.length).toBeGreaterThan(0);
  expect(events.filter(({ eventId, sentAt }) => sentAt !== null && !eventIds.has(eventId))).toEqual([]);
});

it("writes a line for each request where the level asks for it, by the id that its caller was told", async () => {
  const made = await tenant();
  const { key } = await caller(made);
  const { child, port, exit, said } = await startServer({ LOG_LEVEL: "debug", DRAIN_NOTICE_MS: "0" });
  const forged = newId();
  const answer = await send(port, "POST", "/api/v1/actions", {
    key, body: { tool: "crm.read", arguments: { note: "argument-7f3a" }, estimatedCostMicros: 10 }, headers: { "idempotency-key": newId(), "x-countersign-request-id": forged },
  });
  const refused = await send(port, "POST", "/api/v1/actions", { key, body: { wrong: "field-7f3a" }, headers: { "idempotency-key": newId() } });
  const problem = JSON.parse(refused.text) as { requestId: string };
  const lineOf = (id: unknown) => said().split("\n").filter((line) => line.includes('"msg":"request"') && line.includes(String(id))).map((line) => JSON.parse(line) as object);
  await expect.poll(() => lineOf(problem.requestId), { timeout: 30_000 }).toMatchObject([{ route: "/api/v1/actions", status: 400, level: "debug", actor: `agent:${made.agentId}` }]);
  expect(lineOf(answer.headers["x-request-id"])).toMatchObject([{ method: "POST", status: 201, organizationId: made.organizationId }]);
  expect(answer.headers["x-request-id"]).not.toBe(forged);
  for (const secret of [key, "7f3a", forged]) expect(said()).not.toContain(secret);
  child.kill("SIGTERM");
  expect(await exit).toEqual({ code: 0, signal: null });
});

it("is watched by machines without its pages: alive, ready, measured", async () => {
  const { child, port, exit } = await startServer({ DRAIN_NOTICE_MS: "60000" });
  expect(await send(port, "GET", "/healthz")).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  expect(await send(port, "GET", "/readyz")).toMatchObject({ status: 200, text: expect.stringContaining('"database":"ok"') });
  await send(port, "GET", "/runs/0198a1d0-0000-7000-8000-000000000000?q=secret-7f3a");
  const measured = await send(port, "GET", "/metrics", { headers: { "x-countersign-client-ip": "192.0.2.7" } });
  expect(measured.headers["content-type"]).toContain("text/plain");
  expect(measured.text).toContain('countersign_http_requests_total{route="/runs",method="GET",status="200"} 1');
  expect(measured.text).toContain('countersign_part_up{part="engine"}');
  expect(measured.text).not.toMatch(/secret-7f3a|0198a1d0/);
  // An address that nobody can read is the caller's fault; one with a host in it is the page, and no way to another host.
  expect((await send(port, "GET", "/runs/%zz")).status).toBe(400);
  expect(await send(port, "OPTIONS", "*")).toMatchObject({ status: 400, headers: { "content-type": "application/problem+json" }, text: expect.stringMatching(/"requestId":"[0-9a-f-]{36}"/) });
  expect(await send(port, "GET", "http://evil.test/api/v1/openapi.json")).toMatchObject({ status: 200, headers: expect.not.objectContaining({ location: expect.anything() }) });
  child.kill("SIGTERM");
  await expect.poll(async () => (await send(port, "GET", "/readyz")).status, { timeout: 30_000 }).toBe(503);
  child.kill("SIGKILL");
  await exit;
});

it("cuts what takes longer than it may, and still ends with 0", async () => {
  const { child, port, exit, said } = await startServer({ DRAIN_NOTICE_MS: "0", DRAIN_GRACE_MS: "300" });
  const sent = request({ port, host: "127.0.0.1", path: "/never" }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const cut = once(response.resume(), "error");
  child.kill("SIGTERM");
  child.kill("SIGTERM");
  expect(await exit).toEqual({ code: 0, signal: null });
  expect(await cut).toMatchObject([{ code: "ECONNRESET" }]);
  expect(said()).toContain("were cut");
});
