import type { IncomingMessage, ServerResponse } from "node:http";
import { metrics } from "./metrics";
import { routeName } from "./route-name";

type Finished = { count: () => void; took: (seconds: number) => void };

/** Series that were written before: finding one by its labels costs more than counting. */
const known = new Map<string, Finished>();

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts a request when its answer ended, whichever way; one that its caller left is counted as 499. */
export function watchRequest(request: IncomingMessage, response: ServerResponse): void {
  const began = performance.now();
  const { requestsOpen } = metrics();
  requestsOpen.inc();
  response.once("close", () => {
    requestsOpen.dec();
    const method = methods.has(request.method ?? "") ? (request.method ?? "") : "other";
    const series = seriesOf(routeName(request.url ?? "/"), method, response.writableFinished ? response.statusCode : 499);
    series.count();
    series.took((performance.now() - began) / 1000);
  });
}

function seriesOf(route: string, method: string, status: number): Finished {
  const name = `${route} ${method} ${status}`;
  const found = known.get(name);
  if (found) return found;
  const counter = metrics().requests.labels(route, method, String(status));
  const histogram = metrics().requestSeconds.labels(route);
  const series = { count: () => counter.inc(), took: (seconds: number) => histogram.observe(seconds) };
  known.set(name, series);
  return series;
}
