import { type ChildProcess, fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import postgres from "postgres";
import type { TestDatabase } from "@/db/testing";
import { expireApprovals } from "@/lib/approvals/expire";
import { expireReservations } from "@/lib/budgets/expire-reservations";
import { systemCtx } from "@/lib/ctx/system";
import { checkout } from "../start/checkout";
import type { Evidence } from "./evidence";
import { gather } from "./gather";
import { type Operation, readHistory } from "./history";
import { judge } from "./judge/judge";
import type { Violation } from "./judge/violation";
import { seeded } from "./random";
import { endWindows } from "./targets";
import type { Task } from "./worker";
import { makeWorld, type World } from "./world";

export type CheckOptions = { operations: number; processes: number; lanes: number; seed: number; kills: number; cuts: number; rollovers: number };

export type Report = { violations: Violation[]; operations: Operation[]; evidence: Evidence[]; kills: number; cuts: number; rollovers: number };

/**
 * Lets many processes use the budgets at once while some are killed and connections are cut, then judges everything that
 * they were told and everything that is stored. `folder` takes the histories. The process's own DATABASE_URL must name
 * the same database.
 */
export async function checkBudgets(options: CheckOptions, made: TestDatabase, folder: string): Promise<Report> {
  const worlds = [await makeWorld(), await makeWorld()];
  const admin = postgres(made.adminUrl, { max: 2, onnotice: () => {} });
  const sink = await takeEvents();
  const crew = new Crew(options, worlds, made, folder, sink.url);
  const random = seeded(options.seed);
  const plan = schedule(options, random);
  const done = { kills: 0, cuts: 0, rollovers: 0 };
  try {
    await crew.work(async (madeSoFar) => {
      for (let next = plan[0]; next && next.at <= madeSoFar; next = plan[0]) {
        plan.shift();
        done[next.what] += 1;
        if (next.what === "kills") crew.killOne(random.below(options.processes));
        if (next.what === "cuts") await cut(admin);
        if (next.what === "rollovers") await Promise.all(worlds.map((world) => endWindows(admin, world.budgets[random.below(world.budgets.length)]?.id ?? "", done.rollovers)));
      }
    });
    await quiet(worlds);
    const evidence = await Promise.all(worlds.map((world) => gather(made.adminUrl, world)));
    const operations = crew.files.flatMap(readHistory);
    return { violations: judge(operations, evidence), operations, evidence, ...done };
  } finally {
    crew.end();
    sink.close();
    await admin.end({ timeout: 5 });
  }
}

type Disturbance = { at: number; what: "kills" | "cuts" | "rollovers" };

/** When to disturb, counted in calls, so that it does not depend on how fast the machine is. */
function schedule(options: CheckOptions, random: ReturnType<typeof seeded>): Disturbance[] {
  const somewhere = () => Math.floor(options.operations * (0.05 + 0.85 * random.next()));
  return (["kills", "cuts", "rollovers"] as const)
    .flatMap((what) => Array.from({ length: options[what] }, () => ({ at: somewhere(), what })))
    .sort((a, b) => a.at - b.at);
}

/** Ends about a third of the portal's connections in the database, whatever they are doing. */
async function cut(admin: postgres.Sql): Promise<void> {
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'countersign_app' and random() < 0.3`;
}

/** What was let expire ends, so that every refusal has its reason in the audit. */
async function quiet(worlds: readonly World[]): Promise<void> {
  for (const { organizationId } of worlds) {
    while ((await expireApprovals(systemCtx("approvals", organizationId))) > 0);
    while ((await expireReservations(systemCtx("budgets", organizationId))) > 0);
  }
}

/** A job engine that takes every event and does nothing. */
async function takeEvents(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ ids: [], status: 200 })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** The workers. One that was killed is followed by another, which sends again what the dead one's clients still wait for. */
class Crew {
  readonly files: string[] = [];
  private readonly running = new Map<number, ChildProcess>();
  private readonly made: number[] = [];
  private readonly before: string[][] = [];
  private readonly doomed = new Set<ChildProcess>();

  constructor(
    private readonly options: CheckOptions,
    private readonly worlds: World[],
    private readonly database: TestDatabase,
    private readonly folder: string,
    private readonly eventsUrl: string,
  ) {}

  /** Resolves when all have made their calls; `disturb` is told again and again how many were made. */
  async work(disturb: (made: number) => Promise<void>): Promise<void> {
    let disturbing: Promise<void> | null = null;
    let failed: unknown = null;
    const progress = () => {
      disturbing ??= disturb(this.made.reduce((sum, made) => sum + made, 0))
        .catch((error: unknown) => (failed ??= error))
        .then(() => void (disturbing = null));
    };
    await Promise.all(Array.from({ length: this.options.processes }, (_, place) => this.fill(place, progress)));
    await disturbing;
    if (failed) throw failed;
  }

  killOne(place: number): void {
    const child = this.running.get(place);
    if (!child || !child.connected) return;
    this.doomed.add(child);
    child.kill("SIGKILL");
  }

  end(): void {
    for (const child of this.running.values()) child.kill("SIGKILL");
  }

  private async fill(place: number, progress: () => void): Promise<void> {
    const share = Math.ceil(this.options.operations / this.options.processes);
    for (let turn = 0; ; turn++) {
      const earlier = this.before[place]?.reduce((sum, file) => sum + readHistory(file).length, 0) ?? 0;
      if (turn > 0 && earlier >= share) return;
      const historyFile = path.join(this.folder, `history-${place}-${turn}.jsonl`);
      this.files.push(historyFile);
      const task: Task = {
        worlds: this.worlds, adminUrl: this.database.adminUrl, historyFile, before: this.before[place] ?? [], calls: share - earlier,
        lanes: this.options.lanes, seed: this.options.seed * 10_000 + place * 100 + turn,
      };
      if (await this.one(place, task, earlier, progress)) return;
      this.before[place] = [...(this.before[place] ?? []), historyFile];
    }
  }

  /** Runs one worker to its end. False: it was killed, and another must follow. */
  private one(place: number, task: Task, earlier: number, progress: () => void): Promise<boolean> {
    const child = fork(path.join(checkout, "scripts/check-budgets/worker.ts"), {
      execArgv: ["--import", "tsx"],
      env: {
        ...process.env, NODE_ENV: "production", DATABASE_URL: this.database.url, DATABASE_POOL: "10", LOG_LEVEL: "silent",
        AUTH_SECRET: "check-check-check-check-check-check-00", INNGEST_BASE_URL: this.eventsUrl, INNGEST_EVENT_KEY: "check",
      },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.running.set(place, child);
    child.on("message", ({ made }: { made: number }) => {
      this.made[place] = earlier + made;
      progress();
    });
    child.send(task);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        if (this.doomed.has(child)) resolve(false);
        else if (code === 0) resolve(true);
        else reject(new Error(`a worker of the check ended by itself with ${code}`));
      });
    });
  }
}
