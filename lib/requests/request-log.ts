import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { routeName } from "@/lib/metrics/route-name";
import { requestIdHeader } from "./request-id";

type Caller = Pick<Ctx, "organizationId" | "actor">;

// Next compiles routes into several bundles; who asks is known in one of them and told by the server.
const shared = globalThis as typeof globalThis & { countersignRequests?: Map<string, Caller | null> };

function open(): Map<string, Caller | null> {
  return (shared.countersignRequests ??= new Map());
}

/** An answer that takes longer is told at the usual level; live streams and long polls are meant to last. */
const slowMs = 5_000;
const lasting = /^\/api\/live$|\/wait$|\/verify$|\/export$/;

/**
 * Gives a request the id that everything about it bears, in the log, the audit and the answer, and writes one line when
 * it has ended: failures as warnings, slow ones at `info`, all others at `debug`, files of the portal itself at `trace`.
 */
export function logRequest(request: IncomingMessage, response: ServerResponse): void {
  const id = newId();
  const began = performance.now();
  const requests = open();
  requests.set(id, null);
  request.headers[requestIdHeader] = id;
  request.rawHeaders.push(requestIdHeader, id);
  response.once("close", () => {
    const caller = requests.get(id);
    requests.delete(id);
    const ms = Math.round(performance.now() - began);
    // Nearly all of them: no work for a line that is not written.
    if (response.statusCode < 500 && ms <= slowMs && !log.isLevelEnabled("debug")) return;
    const route = routeName(request.url ?? "/");
    const whole = response.writableFinished;
    const level = levelOf(route, whole ? response.statusCode : 499, ms);
    if (!log.isLevelEnabled(level)) return;
    const who = caller ? { actor: `${caller.actor.kind}:${caller.actor.id}`, organizationId: caller.organizationId } : {};
    log[level]({ requestId: id, method: request.method?.slice(0, 20), route, status: response.statusCode, ms, ...(whole ? {} : { left: true }), ...who }, "request");
  });
}

/** Says who asked, as soon as it is known. */
export function noteCaller(ctx: Pick<Ctx, "requestId"> & Caller): void {
  const requests = open();
  if (requests.has(ctx.requestId)) requests.set(ctx.requestId, ctx);
}

function levelOf(route: string, status: number, ms: number): "trace" | "debug" | "info" | "warn" {
  // 503 of /readyz is its answer, asked every few seconds.
  if (status >= 500 && route !== "/readyz") return "warn";
  if (ms > slowMs && !lasting.test(route)) return "info";
  return route === "/_next" || route === "/healthz" || route === "/readyz" || route === "/metrics" ? "trace" : "debug";
}
