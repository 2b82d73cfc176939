import path from "node:path";
import { checkout } from "./checkout";
import { engineEnvironment, ofTheMachine, portalEnvironment, runnerEnvironment } from "./environment";
import { LogFile } from "./log-file";
import { Part, type PartEvent, saysListening } from "./part";
import type { Plan } from "./plan";
import { type Cluster, clusterCommand, prepareCluster, superuserUrl, waitForPostgres } from "./postgres";
import { endOrphanedPostgres } from "./postgres-orphan";

type OnEvent = (event: PartEvent) => void;

/** PostgreSQL under a holder that ends it when the supervisor is gone. */
export async function databasePart(plan: Plan, embedded: { port: number; dir: string }, onEvent: OnEvent): Promise<Part> {
  const cluster: Cluster = await prepareCluster(embedded.dir, plan.secrets.databaseOwnerPassword);
  const { uid, gid } = cluster.account ?? { uid: "-", gid: "-" };
  const url = superuserUrl(embedded.port, plan.secrets.databaseOwnerPassword, "postgres");
  return new Part({
    name: "database",
    args: [
      path.join(checkout, "scripts/start/hold.mjs"),
      String(uid),
      String(gid),
      ...clusterCommand(cluster, { port: embedded.port, durable: true }),
    ],
    env: ofTheMachine(process.env),
    log: new LogFile(logFolder(plan), "database"),
    // Also after a death: the holder may have died alone, and its PostgreSQL still have the folder.
    beforeStart: () => endOrphanedPostgres(cluster.dataDir),
    isReady: () => waitForPostgres(url, 100).then(() => true, () => false),
    readyWithinMs: 120_000,
    endWithinMs: 30_000,
    onEvent,
  });
}

/** The embedded job engine. */
export function enginePart(plan: Plan, port: number, onEvent: OnEvent): Part {
  return ownPart(plan, "engine", "inngest/engine/main.ts", engineEnvironment(plan, port, process.env), 18_000, onEvent);
}

/** The sandbox runner. */
export function runnerPart(plan: Plan, embedded: { port: number; dir: string }, onEvent: OnEvent): Part {
  const environment = runnerEnvironment(plan, embedded.port, embedded.dir, process.env);
  return ownPart(plan, "runner", "runner/main.ts", environment, 20_000, onEvent);
}

/** The portal with the public API. */
export function portalPart(plan: Plan, onEvent: OnEvent): Part {
  return ownPart(plan, "portal", "server.ts", portalEnvironment(plan, process.env), 16_000, onEvent);
}

/**
 * What a decision makes lives until its group is committed; with V8's usual room for the young, of 16 MB, much of it is
 * copied before it dies.
 */
export const roomForTheYoung = "--max-semi-space-size=32";

/** Arguments of `node` for one of our own TypeScript programs. */
export function ownProgram(file: string): string[] {
  return [...(file === "server.ts" ? [roomForTheYoung] : []), "--import", "tsx", "--import", path.join(checkout, "scripts/start/child.mjs"), path.join(checkout, file)];
}

export function logFolder(plan: Plan): string {
  return path.join(plan.options.dataDir, "logs");
}

function ownPart(plan: Plan, name: string, file: string, env: NodeJS.ProcessEnv, endWithinMs: number, onEvent: OnEvent): Part {
  return new Part({
    name,
    args: ownProgram(file),
    env,
    log: new LogFile(logFolder(plan), name),
    isReady: saysListening,
    readyWithinMs: 60_000,
    endWithinMs,
    onEvent,
  });
}
