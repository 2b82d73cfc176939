import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { stampClientIp } from "@/lib/client-ip";
import { log } from "@/lib/log";
import { watchRequest } from "@/lib/metrics/watch-requests";
import { requestIdHeader } from "@/lib/requests/request-id";
import { logRequest } from "@/lib/requests/request-log";
import { requestTarget } from "@/lib/requests/target";
import { closeServer } from "./close-server";
import { beginDraining, isDraining } from "./draining";
import { allSettled } from "./under-way";

export type ServeOptions = {
  host: string;
  port: number;
  trustedProxyHops: number;
  answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  /** How long it still takes connections after the signal, so that callers and balancers learn to go elsewhere. */
  noticeMs: number;
  /** Longest time that requests in hand may take after that. */
  graceMs: number;
  /** Lets go of what the process holds, once nobody needs it any more. */
  release: () => Promise<unknown>;
};

/** Longest time for work that no request waits for any more, such as telling the job engine what was committed. */
const settleMs = 2_000;
const releaseMs = 2_000;

/**
 * Serves until SIGTERM or SIGINT. Then every answer ends its connection, long waits and live streams come to their end
 * at once, the rest gets `graceMs`, commits under way are finished, and the process ends with 0.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    stampClientIp(request, options.trustedProxyHops);
    watchRequest(request, response);
    logRequest(request, response);
    open.add(response);
    response.once("close", () => open.delete(response));
    if (isDraining()) response.shouldKeepAlive = false;
    const target = requestTarget(request.url ?? "/");
    // Next would answer it with a fault of its own, and write a page of stack into the log for each.
    if (target === null) return refuse(request, response);
    request.url = target;
    void options.answer(request, response);
  });
  // A slow sender holds a connection no longer than this; answers may stream for as long as they like.
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  // Longer than the 60 s after which usual balancers let go, so that none reuses a connection we just closed.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(options.port, options.host, resolve));

  const end = async (why: string) => {
    if (isDraining()) return;
    log.info({ why, requests: open.size }, "draining: what is in hand is finished, nothing new is taken");
    for (const response of open) response.shouldKeepAlive = false;
    beginDraining();
    await sleep(options.noticeMs);
    const finished = await closeServer(server, options.graceMs);
    if (!finished) log.warn({ requests: open.size, graceMs: options.graceMs }, "requests took too long to finish and were cut; their callers may repeat them");
    await within(settleMs, allSettled());
    await within(releaseMs, options.release());
    log.info("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", () => void end("SIGTERM"));
  process.on("SIGINT", () => void end("SIGINT"));
  return server;
}

function refuse({ headers }: IncomingMessage, response: ServerResponse): void {
  const body = { type: "urn:countersign:problem:invalid_input", title: "The request is not valid", status: 400, detail: "The address is not one that can be read.", requestId: String(headers[requestIdHeader]) };
  response.writeHead(400, { "content-type": "application/problem+json", "cache-control": "no-store", "x-content-type-options": "nosniff", "x-request-id": body.requestId });
  response.end(JSON.stringify(body));
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch((error: unknown) => log.warn({ err: error }, "something failed while the process ended")), over]);
  clearTimeout(timer);
}
