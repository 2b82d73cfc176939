import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import getPort from "get-port";
import { build, buildIsStale } from "../../scripts/start/build";
import { LogFile } from "../../scripts/start/log-file";
import { ownProgram } from "../../scripts/start/parts";
import { saysListening } from "../../scripts/start/part";
import { waitFor } from "../../scripts/start/wait";
import { checkout } from "../../scripts/start/checkout";
import type { Bench } from "./row";

export type Portal = { port: number; pid: number };

/**
 * A portal as `npm start` runs it (`server.ts` over the production build, which is made when it is stale) on the row's
 * database. It ends with the row. `house`: another folder with a built portal.
 */
export async function startPortal(bench: Bench, house = checkout): Promise<Portal> {
  if (house === checkout && buildIsStale()) {
    bench.say("building the portal");
    await build(new LogFile(bench.folder, "build"));
  }
  const port = await getPort();
  const log = new LogFile(bench.folder, "portal");
  const output = log.open();
  const [, ...args] = ownProgram("server.ts").toReversed();
  const child = fork(path.join(house, "server.ts"), {
    cwd: house,
    execArgv: args.toReversed(),
    env: { ...process.env, NODE_ENV: "production", DATABASE_URL: bench.database.url, HOST: "127.0.0.1", PORT: String(port), APP_URL: `http://localhost:${port}`, NEXT_TELEMETRY_DISABLED: "1", LOG_LEVEL: "info" },
    stdio: ["ignore", output, output, "ipc"],
  });
  const ended = once(child, "exit");
  bench.onEnd(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  await waitFor("The start of the portal", 120_000, () => {
    if (child.exitCode !== null) throw new Error(`The portal ended at once.\n${log.tail(20)}`);
    return saysListening(log);
  });
  if (child.pid === undefined) throw new Error("the portal has no process");
  return { port, pid: child.pid };
}
