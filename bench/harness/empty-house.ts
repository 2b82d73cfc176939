import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ofTheMachine } from "../../scripts/start/environment";
import { standIns } from "../../scripts/start/build";
import { checkout } from "../../scripts/start/checkout";
import { LogFile } from "../../scripts/start/log-file";
import type { Bench } from "./row";

/** The server and all that it imports; of the pages nothing, since building them takes long and nobody asks for one here. */
const parts = ["app/api", "db", "inngest", "lib", "runner", "next.config.ts", "package.json", "proxy.ts", "server.ts", "tsconfig.json"];

const emptyRoute = `export const dynamic = "force-dynamic";

export function GET(): Response {
  return new Response(null, { status: 204 });
}
`;

/** Path of the route that does nothing. The product's proxy does not look at it, as at no part of the API. */
export const emptyPath = "/api/empty";

/**
 * The product's own server with one route handler more, which does nothing; in a folder of its own that goes with the row,
 * so that what people install never has it.
 */
export async function makeEmptyHouse(bench: Bench): Promise<string> {
  mkdirSync(path.join(checkout, ".next"), { recursive: true });
  // Below the checkout, where its packages are found.
  const house = mkdtempSync(path.join(checkout, ".next/bench-"));
  bench.onEnd(() => rmSync(house, { recursive: true, force: true, maxRetries: 3 }));
  for (const part of parts) cpSync(path.join(checkout, part), path.join(house, part), { recursive: true, filter: (file) => !/\.test\.tsx?$/.test(file) });
  const route = path.join(house, "app", emptyPath);
  mkdirSync(route, { recursive: true });
  writeFileSync(path.join(route, "route.ts"), emptyRoute);
  bench.say("building the server with an empty route");
  const log = new LogFile(bench.folder, "empty-build");
  const output = log.open();
  const child = spawn(process.execPath, [path.join(checkout, "node_modules/next/dist/bin/next"), "build"], {
    cwd: house,
    env: { ...ofTheMachine(process.env), NEXT_TELEMETRY_DISABLED: "1", ...standIns },
    stdio: ["ignore", output, output],
  });
  bench.onEnd(() => void child.kill());
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the server with an empty route could not be built:\n${log.tail(30)}`);
  return house;
}
