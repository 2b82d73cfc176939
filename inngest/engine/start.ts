import { setMaxListeners } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import pino from "pino";
import postgres from "postgres";
import { closeServer } from "@/lib/shutdown/close-server";
import type { Engine } from "./change";
import { requireSigningKey } from "./keys";
import { becomeLeader } from "./leader";
import { Registry } from "./registry";
import { createTables } from "./schema";
import { createServer } from "./server";
import { migrateJobs, recoverJobs, startWorker } from "./worker";

export interface EngineOptions {
  /** A role that owns the schemas `engine` and `graphile_worker`, or may create them. */
  databaseUrl: string;
  signingKey: string;
  eventKey: string;
  host?: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** How many calls of the app may be under way at once. */
  concurrency?: number;
  /** How often to look for jobs that have become due: the precision of sleeps, time-outs and retries. */
  pollIntervalMs?: number;
  /** The delay before the first retry; it doubles with each. */
  retryBaseMs?: number;
  retentionDays?: number;
  /** How long calls under way may take to end when the engine stops; what is cut off is called again later. */
  graceMs?: number;
  logLevel?: string;
  /** Another engine works on this database; this one waits for it to end. */
  onStandby?: () => void;
  /** The engine cannot go on: it may no longer be the only one. */
  onFatal?: (error: Error) => void;
}

export interface RunningEngine {
  url: string;
  port: number;
  /** Stops taking jobs, lets those under way end, and closes; safe to call twice. */
  stop: () => Promise<void>;
}

/**
 * Starts the embedded engine: waits to be the only one on the database, creates its tables, takes up what a killed
 * engine left, and listens.
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  requireSigningKey(options.signingKey);
  const { databaseUrl, host = "127.0.0.1", graceMs = 10_000 } = options;
  const log = pino({ name: "engine", level: options.logLevel ?? "info" }, pino.destination({ dest: 2, sync: true }));
  const fail = options.onFatal ?? ((error) => log.fatal({ err: error }, "the engine cannot go on"));
  const leader = await becomeLeader(databaseUrl, {
    onStandby: options.onStandby ?? (() => log.info("another engine is running; waiting")),
    onAway: (error) => log.error({ err: error }, "the database is away; waiting for it"),
    onLost: () => fail(new Error("The connection that holds the engine's lock was lost")),
  });
  const aborter = new AbortController();
  setMaxListeners(0, aborter.signal); // every call under way listens to it
  const sql = postgres(databaseUrl, {
    max: 10,
    onnotice: () => {},
    connection: { application_name: "countersign-engine" },
  });
  const engine: Engine = {
    sql,
    log,
    registry: new Registry(sql),
    signingKey: options.signingKey,
    eventKey: options.eventKey,
    retryBaseMs: options.retryBaseMs ?? 1000,
    retentionDays: options.retentionDays ?? 7,
    abort: aborter.signal,
  };
  await createTables(sql);
  await migrateJobs(engine, databaseUrl);
  await recoverJobs(engine);
  await engine.registry.load();
  const { concurrency = 20, pollIntervalMs = 1000 } = options;
  const runner = await startWorker(engine, { databaseUrl, concurrency, pollIntervalMs, graceMs });
  runner.promise.catch((error: unknown) => fail(error instanceof Error ? error : new Error(String(error))));
  const { server, port } = await listen(createServer(engine).fetch, host, options.port ?? 0);

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    const answered = closeServer(server, graceMs);
    const cutOff = setTimeout(() => aborter.abort(new Error("the engine is stopping")), graceMs);
    await runner.stop();
    clearTimeout(cutOff);
    // Events that are being stored are answered before the database is let go.
    await answered;
    await sql.end({ timeout: 5 });
    await leader.resign();
  };
  return { url: `http://${host}:${port}`, port, stop: () => (stopping ??= stop()) };
}

function listen(fetch: (request: Request) => Response | Promise<Response>, hostname: string, port: number) {
  return new Promise<{ server: http.Server; port: number }>((resolve, reject) => {
    const server = http.createServer(getRequestListener(fetch));
    server.once("error", reject);
    server.listen(port, hostname, () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}
