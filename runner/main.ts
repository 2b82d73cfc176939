import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { readConfig, type Config } from "./config";
import { Courier } from "./courier";
import { Jobs } from "./jobs";
import { Journal } from "./journal";
import { hasFaultPoints } from "./fault-point";
import { instanceOf, lockStateDir } from "./lock";
import { log } from "./log";
import { buildHostImage } from "./sandbox/image";
import { removeLeftovers } from "./sandbox/leftovers";
import { WarmPool } from "./sandbox/pool";
import { Probe } from "./sandbox/probe";
import { createRunnerServer } from "./server";

const LAST_ANSWERS_MS = 1_000;

/** Starts the runner: lock, clean up after a former process, take up its jobs, and only then listen. */
async function start(config: Config): Promise<void> {
  await mkdir(config.stateDir, { recursive: true, mode: 0o700 });
  await lockStateDir(config.stateDir);
  if (hasFaultPoints) log.warn("FAULT POINTS ARE ON: a test may stop this runner at any step");
  const runsDir = path.join(config.stateDir, "runs");
  const cgroupPrefix = `countersign-${instanceOf(config.stateDir)}-`;
  await removeLeftovers(runsDir, cgroupPrefix);
  await mkdir(runsDir, { recursive: true, mode: 0o700 });
  const image = await buildHostImage(path.join(config.stateDir, "image"));

  const probe = new Probe({ image, runsDir, cgroupPrefix, runscPath: config.runscPath });
  const courier = new Courier(config.privateKey);
  const journal = new Journal(path.join(config.stateDir, "jobs"));
  const pool = new WarmPool(config.warmPool, () => probe.current());
  const jobs = new Jobs({ journal, courier, probe, pool, concurrency: config.concurrency, queueLength: config.queueLength });
  await jobs.recover();

  const server = createRunnerServer({ jobs, probe, pool, privateKey: config.privateKey, portalKey: config.portalKey, concurrency: config.concurrency });
  server.listen(config.port, config.host, () => {
    const { port } = server.address() as AddressInfo;
    log.info({ port, host: config.host }, "listening");
    void probe.current().then((found) => log.info(found.usable ? found.host.facts : { problem: found.problem, mend: found.mend }, "sandbox_probed")).then(() => pool.fill());
  });
  server.on("error", fail);

  let isEnding = false;
  const end = (why: string) => {
    // A second signal means now.
    if (isEnding) process.exit(1);
    isEnding = true;
    log.info({ why }, "draining");
    void Promise.all([jobs.drain(config.drainMs), pool.close()]).then(() => {
      const stop = () => {
        log.info("stopped");
        process.exit(0);
      };
      // What was asked until now is answered; a caller that is slow to ask does not hold up the end.
      server.close(stop);
      setTimeout(stop, LAST_ANSWERS_MS).unref();
    }, fail);
  };
  process.on("SIGTERM", () => end("SIGTERM"));
  process.on("SIGINT", () => end("SIGINT"));
  if (config.exitWithParent) process.stdin.resume().on("close", () => isEnding || end("the parent process ended"));
}

function fail(error: unknown): never {
  log.fatal({ err: error }, "runner_failed");
  process.exit(1);
}

try {
  await start(readConfig(process.env));
} catch (error) {
  fail(error);
}
