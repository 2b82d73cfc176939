import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { NextRequest } from "next/server";
import { eq } from "drizzle-orm";
import pino from "pino";
import { beforeEach, expect, it, vi } from "vitest";
import { changePasswordAction } from "@/app/(portal)/account/actions";
import { GET, POST } from "@/app/api/auth/[...nextauth]/route";
import { caller } from "@/app/api/v1/testing";
import { person } from "@/db/schema/people";
import { sessionCookie, sessionToken } from "@/lib/auth/cookie";
import { hashPassword } from "@/lib/auth/password";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { requestIdHeader } from "@/lib/requests/request-id";
import { logRequest, noteCaller } from "@/lib/requests/request-log";
import { outputCallback } from "@/lib/runs/callbacks";
import { inside, useStubRunner } from "@/lib/runs/testing";
import { Browser, browse } from "@/lib/testing/browser";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";

vi.mock("next/headers", () => import("@/lib/testing/browser"));
useTestDatabase();
useStubRunner();

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  log.level = "trace";
  const stream = (log as unknown as Record<symbol, { write: (line: string) => boolean }>)[pino.symbols.streamSym];
  if (!stream) throw new Error("pino has no stream");
  vi.spyOn(stream, "write").mockImplementation((line) => lines.push(line) > 0);
});

const told = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const password = "quarter lantern orbit mosaic";

async function signIn(browser: Browser, email: string, typed: string): Promise<Response> {
  const at = (path: string) => ({ url: `http://localhost:3000/api/auth/${path}`, context: { params: Promise.resolve({ nextauth: path.split("/") }) } });
  const csrf = at("csrf");
  browse(browser);
  const { csrfToken } = (await browser.take(await GET(new NextRequest(csrf.url), csrf.context)).json()) as { csrfToken: string };
  const body = new URLSearchParams({ email, password: typed, csrfToken, callbackUrl: "http://localhost:3000/", json: "true" }).toString();
  const { url, context } = at("callback/credentials");
  browse(browser);
  return browser.take(await POST(new NextRequest(url, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) } }), context));
}

it("writes of an error only what is known to be harmless, and masks what strays in", () => {
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED", response: "response-7f3a" });
  const error = Object.assign(new Error("failed", { cause }), { parameters: ["value-7f3a"], config: { headers: { authorization: "header-7f3a" } } });
  log.error({ err: error, requestId: "one", token: "token-7f3a", sent: { password: "password-7f3a", arguments: ["argument-7f3a"] } }, "something failed");
  expect(lines.join("")).not.toContain("7f3a");
  expect(told()).toMatchObject([{ level: "error", requestId: "one", msg: "something failed", token: "[masked]", err: { message: "failed", stack: expect.any(String), cause: { code: "ECONNREFUSED" } } }]);
});

/** A request as the server sees it, answered by `answer`. */
function requested(url: string, status: number, options: { left?: boolean; note?: (id: string) => void } = {}): Record<string, unknown>[] {
  const request = { method: "POST", url, headers: {} as Record<string, string>, rawHeaders: [] as string[] };
  const response = Object.assign(new EventEmitter(), { writableFinished: !options.left, statusCode: status });
  logRequest(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  options.note?.(request.headers[requestIdHeader] ?? "");
  response.emit("close");
  return told();
}

it("writes one line for a request: its id, route, status, duration and who asked, and nothing of its address", async () => {
  const made = await tenant();
  const { organizationId, actor } = await made.as("supervisor");
  lines = [];
  let id = "";
  requested(`/api/v1/actions/${newId()}/cancel?secret=query-7f3a`, 200, {
    note: (requestId) => {
      id = requestId;
      noteCaller({ requestId, organizationId, actor });
    },
  });
  expect(told()).toEqual([{
    level: "debug", time: expect.any(String), requestId: id, method: "POST", route: "/api/v1/actions/:id/cancel", status: 200, ms: expect.any(Number),
    actor: `person:${actor.id}`, organizationId, msg: "request",
  }]);
  lines = [];
  expect(requested("/invitation/token-7f3a", 500)).toMatchObject([{ level: "warn", route: "/invitation", status: 500 }]);
  lines = [];
  expect(requested("/agents", 200, { left: true })).toMatchObject([{ level: "debug", left: true }]);
  lines = [];
  log.level = "info";
  expect(requested("/agents", 200)).toEqual([]);
  expect(requested("/readyz", 503)).toEqual([]);
  expect(requested("/agents", 502)).toHaveLength(1);
});

it("never writes a key, a password, a cookie or what an agent sends into the log, at any level, also when all fails", async () => {
  const made = await tenant();
  const { actor } = await made.as("supervisor");
  const passwordHash = await hashPassword(password);
  await inside(made, (tx) => tx.update(person).set({ passwordHash }).where(eq(person.id, actor.id)));
  const agent = await caller(made);
  const cookie = await sessionToken(actor.sessionId);
  const everything = async () => {
    await agent.post("/actions", { body: { tool: "crm.read", arguments: { note: "argument-7f3a" }, estimatedCostMicros: 10, purpose: "purpose-7f3a" }, headers: { "idempotency-key": "idempotency-7f3a" } });
    await agent.post("/actions", { body: { tool: "sandbox.python", arguments: { code: "print('code-7f3a')", files: [{ name: "a.txt", content: "content-7f3a" }] }, estimatedCostMicros: 10 }, headers: { "idempotency-key": newId() } });
    await agent.post("/actions", { raw: '{"arguments": "broken-7f3a', headers: { "idempotency-key": newId() } });
    await agent.get("/actions/path-7f3a?query=query-7f3a");
    await agent.get("/me", { headers: { authorization: "Bearer csk_key-7f3a" } });
    await signIn(new Browser(), actor.email, "wrong-7f3a password");
    await signIn(new Browser(), actor.email, password);
    const browser = new Browser();
    browser.jar.set(sessionCookie().name, cookie);
    browse(browser);
    await changePasswordAction(null, { current: "old-7f3a password", password: "new-7f3a" });
    await outputCallback(new Request("http://localhost:3000/api/runner/output", { method: "POST", body: JSON.stringify({ signature: "signature-7f3a", body: { chunks: "output-7f3a" } }) }));
  };
  await everything();
  // A database that is gone makes every part say what failed.
  await database().sql.end({ timeout: 1 });
  await everything();
  const all = lines.join("");
  expect(told().map(({ msg }) => msg)).toContain("the database is away");
  expect(all).not.toMatch(/7f3a/);
  for (const secret of [agent.key, agent.key.slice(-20), cookie, cookie.slice(-20), password, passwordHash, process.env.AUTH_SECRET ?? "", actor.email]) expect(all).not.toContain(secret);
});
