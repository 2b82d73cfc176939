import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, expect, it } from "vitest";
import { caller } from "@/app/api/v1/testing";
import { clientIpHeader } from "@/lib/client-ip";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { routeName } from "@/lib/metrics/route-name";
import { watchRequest } from "@/lib/metrics/watch-requests";
import { useTestDatabase } from "@/lib/testing/database";
import { standardTools, tenant } from "@/lib/testing/tenant";
import { GET } from "./route";

useTestDatabase();
afterEach(() => {
  env().METRICS_TOKEN = undefined;
  env().TRUSTED_PROXY_HOPS = 0;
});

const ask = (headers: Record<string, string>) => GET(new Request("http://portal.test/metrics", { headers }));
const here = { [clientIpHeader]: "127.0.0.1" };
const text = async () => (await ask(here)).text();
const valueOf = (all: string, series: string) => Number(all.split("\n").find((line) => line.startsWith(`${series} `))?.split(" ").at(-1));

function answered(method: string, url: string, status: number): void {
  const response = Object.assign(new EventEmitter(), { writableFinished: true, statusCode: status });
  watchRequest({ method, url } as IncomingMessage, response as unknown as ServerResponse);
  response.emit("close");
}

it("says what was decided, what waits and which part is away", async () => {
  const made = await tenant({ tools: [...standardTools, { tool: "rocket.launch", mode: "blocked", costCeilingMicros: null }] });
  const agent = await caller(made);
  const submit = (tool: string, key = newId()) => agent.post("/actions", { body: { tool, arguments: {}, estimatedCostMicros: 10 }, headers: { "idempotency-key": key } });
  await submit("crm.read", "once");
  await submit("crm.read", "once");
  await submit("mail.send");
  await submit("rocket.launch");
  const all = await text();
  expect(valueOf(all, 'countersign_decisions_total{outcome="allow",risk="LOW"}')).toBe(1);
  expect(all).toMatch(/countersign_decisions_total\{outcome="needs_approval",risk="\w+"\} 1/);
  expect(all).toMatch(/countersign_decisions_total\{outcome="deny",risk="\w+"\} 1/);
  expect(valueOf(all, 'countersign_approvals_pending{kind="action"}')).toBe(1);
  expect(valueOf(all, 'countersign_commit_batch_size_count{of="decisions"}')).toBeGreaterThan(0);
  expect(valueOf(all, 'countersign_commit_waiting{of="decisions"}')).toBe(0);
  expect(valueOf(all, "countersign_checkpoint_lag_events")).toBeGreaterThan(3);
  expect(valueOf(all, 'countersign_part_up{part="database"}')).toBe(1);
  expect(valueOf(all, 'countersign_part_up{part="runner"}')).toBe(0);
  expect(all).toContain("nodejs_eventloop_lag_p99_seconds");
  // Nothing of a tenant's: its names, addresses and ids are in no label.
  for (const secret of [made.organizationId, made.agentId, made.workspaceId, "Expense analyst", "Finance", "@example.test", "crm.read", agent.key]) {
    expect(all).not.toContain(secret);
  }
});

it("counts requests by a short list of routes, whatever is asked for", async () => {
  const id = newId();
  for (const [url, route] of [
    ["/", "/"], ["/api/v1/actions", "/api/v1/actions"], [`/api/v1/actions/${id}/wait?timeoutSeconds=3`, "/api/v1/actions/:id/wait"],
    [`/agents/${id}/policy`, "/agents"], ["/api/v1/secret-7f3a", "other"], ["/wp-admin.php", "other"], ["/_next/static/x.js", "/_next"], ["/invitation/secret-7f3a", "/invitation"],
  ]) expect(routeName(url ?? "")).toBe(route);
  for (let i = 0; i < 500; i++) answered("GET", `/try-${i}/secret-7f3a`, 404);
  answered("PROPFIND", "/", 405);
  answered("POST", `/api/v1/actions/${id}/secret-7f3a`, 404);
  const all = await text();
  expect(valueOf(all, 'countersign_http_requests_total{route="other",method="GET",status="404"}')).toBe(500);
  expect(valueOf(all, 'countersign_http_requests_total{route="/",method="other",status="405"}')).toBe(1);
  expect(all).not.toContain("secret-7f3a");
});

it("is read on this machine only, or with the token", async () => {
  expect((await ask(here)).status).toBe(200);
  expect((await ask({ [clientIpHeader]: "192.0.2.7" })).status).toBe(404);
  expect((await ask({})).status).toBe(404);
  env().TRUSTED_PROXY_HOPS = 1;
  expect((await ask(here)).status).toBe(404);
  env().METRICS_TOKEN = "a-token-of-the-test";
  expect((await ask(here)).status).toBe(401);
  expect((await ask({ authorization: "Bearer a-token-of-the-tesT" })).status).toBe(401);
  expect((await ask({ [clientIpHeader]: "192.0.2.7", authorization: "Bearer a-token-of-the-test" })).status).toBe(200);
});
