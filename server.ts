import { createServer, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import next from "next";
import { api } from "@/app/api/v1/app";
import { stampClientIp } from "@/lib/client-ip";
import { env, faultSocket } from "@/lib/env";
import { startOutboxSweeper } from "@/lib/jobs/outbox";
import { log } from "@/lib/log";

/** Longest time that requests in hand may take after the signal to end. */
const DRAIN_MS = 10_000;

const { HOST, PORT, TRUSTED_PROXY_HOPS } = env();
if (faultSocket()) log.warn({ socket: faultSocket() }, "FAULT POINTS ARE ON: a test may stop this process at any step");

const pages = next({ dev: false, hostname: HOST, port: PORT });
const answerPage = pages.getRequestHandler();
// The globals stay Node's own, since Next in the same process relies on them.
const answerApi = getRequestListener(api.fetch, { overrideGlobalObjects: false });
const open = new Set<ServerResponse>();

const server = createServer((request, response) => {
  stampClientIp(request, TRUSTED_PROXY_HOPS);
  open.add(response);
  response.once("close", () => open.delete(response));
  const { url = "/" } = request;
  void (url.startsWith("/api/v1/") || url === "/api/v1" ? answerApi(request, response) : answerPage(request, response));
});

// A slow sender holds a connection no longer than this; answers may stream for as long as they like.
server.headersTimeout = 15_000;
server.requestTimeout = 60_000;
// Longer than the 60 s after which usual balancers let go, so that none reuses a connection we just closed.
server.keepAliveTimeout = 65_000;

await pages.prepare();
server.listen(PORT, HOST, () => console.log(JSON.stringify({ event: "listening", port: PORT })));

// Job events that could not be sent with their change, because the engine was away, leave from here.
const stopSweeper = startOutboxSweeper();

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  stopSweeper();
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  // A live stream has no end of its own; the browser comes back to whoever answers next.
  for (const response of open) if (isLiveStream(response)) response.destroy();
  setTimeout(() => {
    server.closeAllConnections();
    process.exit(0);
  }, DRAIN_MS).unref();
}
process.on("SIGTERM", end);
process.on("SIGINT", end);

function isLiveStream(response: ServerResponse): boolean {
  return String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");
}
