import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import next from "next";
import { api } from "@/app/api/v1/app";
import { answerEngine } from "@/inngest/serve";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { requireOwnPlaces } from "@/lib/geo/database";
import { answerHealthz, answerReadyz } from "@/lib/health/answers";
import { startOutboxSweeper } from "@/lib/jobs/outbox";
import { answerMetrics } from "@/lib/metrics/answer";
import { takeConsole } from "@/lib/requests/page-errors";
import { outputCallback, resultCallback } from "@/lib/runs/callbacks";
import { serve } from "@/lib/shutdown/serve";

const { HOST, PORT, TRUSTED_PROXY_HOPS, DRAIN_NOTICE_MS, DRAIN_GRACE_MS } = env();

requireOwnPlaces();
// What Next writes for itself becomes lines of the log too.
takeConsole();
const pages = next({ dev: false, hostname: HOST, port: PORT });
const answerPage = pages.getRequestHandler();
// The globals stay Node's own, since Next in the same process relies on them.
const answerApi = getRequestListener(api.fetch, { overrideGlobalObjects: false });
const fetchListener = (handler: (request: Request) => Promise<Response>) => getRequestListener(handler, { overrideGlobalObjects: false });
/** What the job engine and the runner call, several times for each run, and what watches this process. */
const machines: Record<string, ReturnType<typeof fetchListener>> = {
  "POST /api/inngest": fetchListener(answerEngine),
  "POST /api/runner/output": fetchListener(outputCallback),
  "POST /api/runner/result": fetchListener(resultCallback),
  "GET /healthz": fetchListener(answerHealthz),
  "GET /readyz": fetchListener(answerReadyz),
  "GET /metrics": fetchListener(answerMetrics),
};

await pages.prepare();

// Job events that could not be sent with their change, because the engine was away, leave from here.
const stopSweeper = startOutboxSweeper();

const server = await serve({
  host: HOST,
  port: PORT,
  trustedProxyHops: TRUSTED_PROXY_HOPS,
  noticeMs: DRAIN_NOTICE_MS,
  graceMs: DRAIN_GRACE_MS,
  // What machines ask for, and often, is answered here; Next has a route for the same and serves whoever runs without this file.
  answer: (request, response) => {
    const { url = "/" } = request;
    if (url.startsWith("/api/v1/") || url === "/api/v1") return answerApi(request, response);
    const machine = machines[`${request.method} ${url.split("?", 1)[0]}`];
    return machine ? machine(request, response) : answerPage(request, response);
  },
  release: () => {
    stopSweeper();
    return database().sql.end({ timeout: 1 });
  },
});
console.log(JSON.stringify({ event: "listening", port: (server.address() as AddressInfo).port }));
