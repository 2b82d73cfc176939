import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

// Next compiles routes into several bundles; what is counted is counted once per process.
const shared = globalThis as typeof globalThis & { countersignMetrics?: Metrics };

type Metrics = ReturnType<typeof make>;

/**
 * Everything that is counted as it happens. Labels are words from short lists of our own: never a name, an address, an id
 * or anything else of a tenant's.
 */
export function metrics(): Metrics {
  return (shared.countersignMetrics ??= make());
}

function make() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const seconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
  return {
    registry,
    requests: new Counter({ name: "countersign_http_requests_total", help: "Requests answered.", labelNames: ["route", "method", "status"], registers }),
    requestSeconds: new Histogram({ name: "countersign_http_request_seconds", help: "Time from a request's head to the end of its answer; long polls and live streams last.", labelNames: ["route"], buckets: seconds, registers }),
    requestsOpen: new Gauge({ name: "countersign_http_requests_open", help: "Requests being answered now.", registers }),
    decisions: new Counter({ name: "countersign_decisions_total", help: "Decisions on agents' actions; repeated requests are not counted.", labelNames: ["outcome", "risk"], registers }),
    batchSize: new Histogram({ name: "countersign_commit_batch_size", help: "Items written by one group commit.", labelNames: ["of"], buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512], registers }),
    batchWaiting: new Gauge({ name: "countersign_commit_waiting", help: "Items that wait for a group commit or are in one.", labelNames: ["of"], registers }),
    approvalSeconds: new Histogram({ name: "countersign_approval_seconds", help: "Time from a request for approval to a person's decision.", labelNames: ["decision"], buckets: [10, 60, 300, 900, 3_600, 14_400, 86_400], registers }),
    runsEnded: new Counter({ name: "countersign_runs_ended_total", help: "Sandbox runs that ended, by how.", labelNames: ["status"], registers }),
    firstOutputSeconds: new Histogram({ name: "countersign_run_first_output_seconds", help: "Time from handing a run to the runner to its first output.", buckets: seconds, registers }),
  };
}
