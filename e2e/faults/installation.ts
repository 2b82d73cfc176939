import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres, { type Sql } from "postgres";
import { migrate } from "@/db/migrate";
import { makeScratch } from "@/scripts/test/scratch";
import { build, buildIsStale } from "@/scripts/start/build";
import { engineEnvironment, portalEnvironment, runnerEnvironment, setupEnvironment } from "@/scripts/start/environment";
import { LogFile } from "@/scripts/start/log-file";
import { Part, type PartEvent, saysListening } from "@/scripts/start/part";
import { databasePart, logFolder, ownProgram } from "@/scripts/start/parts";
import { makePlan, type Plan } from "@/scripts/start/plan";
import { ownPort } from "@/scripts/start/port";
import { createDatabase, superuserUrl } from "@/scripts/start/postgres";
import { registerFunctions } from "@/scripts/start/register";
import { runScript } from "@/scripts/start/setup-script";
import { Controller } from "./controller";
import { killTree, remove } from "./host";
import { readPlayers, type Players } from "./players";

export const partNames = ["portal", "engine", "runner", "database"] as const;
export type PartName = (typeof partNames)[number];

/** Far more than a start takes on a machine that is ten times slower than an idle one. */
const START_MS = 180_000;

/**
 * A whole installation of the real parts, each of which can be killed as by `kill -9` and started again. What ends
 * because another part is gone is started again by itself, as `npm start` does, only without its pauses.
 */
export class Installation {
  readonly #parts = new Map<PartName, Part>();
  readonly #starting = new Map<PartName, Promise<void>>();
  readonly #dead = new Set<PartName>();
  readonly kills: { part: PartName; at: number }[] = [];
  #ending = false;

  private constructor(
    readonly folder: string,
    readonly plan: Plan,
    readonly controller: Controller,
    /** The owner of everything, whom no policy binds: for looking only. */
    readonly sql: Sql,
    readonly players: Players,
  ) {}

  static async start(): Promise<Installation> {
    if (buildIsStale()) await build(new LogFile("test-results", "build"));
    const folder = makeScratch("countersign-faults-");
    const dataDir = path.join(folder, "data");
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    const plan = await makePlan({ demo: false, port: await ownPort(), host: "127.0.0.1", dataDir, help: false }, {});
    const controller = await Controller.listen(path.join(folder, "faults.sock"));
    const sql = postgres(plan.database.adminUrl, { max: 2, onnotice: () => {}, connect_timeout: 5 });
    const players: Players = { organizationId: "", agents: [], people: [] };
    const installation = new Installation(folder, plan, controller, sql, players);
    await installation.#begin();
    return installation;
  }

  get url(): string {
    return this.plan.localUrl;
  }

  pidOf(part: PartName): number | null {
    return this.#parts.get(part)?.pid ?? null;
  }

  /** Standard output and error of a part, over all its lives. */
  logOf(part: PartName): string {
    return readFileSync(path.join(logFolder(this.plan), `${part}.log`), "utf8");
  }

  /** Ends a part without a chance to finish anything. It stays dead until `revive`. */
  async kill(name: PartName): Promise<void> {
    await this.#starting.get(name)?.catch(() => undefined);
    this.#dead.add(name);
    this.kills.push({ part: name, at: Date.now() });
    const pid = this.pidOf(name);
    if (pid) await killTree(pid, name === "database");
  }

  async revive(name: PartName): Promise<void> {
    this.#dead.delete(name);
    await this.#launch(name);
  }

  async end(): Promise<void> {
    this.#ending = true;
    this.controller.close();
    await Promise.allSettled(this.#starting.values());
    for (const name of ["portal", "engine"] as const) this.#parts.get(name)?.kill();
    // It takes its sandboxes' disks down with it.
    await this.#parts.get("runner")?.end();
    await this.sql.end({ timeout: 1 }).catch(() => undefined);
    await this.#parts.get("database")?.end();
    remove(this.folder, this.plan.options.dataDir);
  }

  async #begin(): Promise<void> {
    try {
      await this.#launch("database");
      const { adminUrl, appUrl, jobsUrl, embedded } = this.plan.database;
      await createDatabase(superuserUrl(embedded?.port ?? 0, this.plan.secrets.databaseOwnerPassword, "postgres"), "countersign");
      await migrate(adminUrl, { app: new URL(appUrl).password, jobs: new URL(jobsUrl).password });
      const seed = { file: "e2e/faults/seed.ts", answer: "file", timeoutMs: START_MS };
      const file = await runScript(seed, setupEnvironment(this.plan, process.env), new LogFile(logFolder(this.plan), "setup"));
      Object.assign(this.players, readPlayers(file));
      await Promise.all([this.#launch("engine"), this.#launch("runner"), this.#launch("portal")]);
      await registerFunctions(this.url, this.plan.secrets.inngestSigningKey, START_MS);
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  #launch(name: PartName): Promise<void> {
    const under = this.#starting.get(name);
    if (under) return under;
    const start = this.#tryToStart(name).finally(() => this.#starting.delete(name));
    this.#starting.set(name, start);
    return start;
  }

  /** A start that fails because another part is not there yet is tried again, as a supervisor does. */
  async #tryToStart(name: PartName): Promise<void> {
    for (const until = Date.now() + START_MS; !this.#ending && !this.#dead.has(name); await sleep(100)) {
      const part = await this.#make(name);
      this.#parts.set(name, part);
      try {
        return await part.start();
      } catch (error) {
        part.kill();
        if (Date.now() > until) throw error;
      }
    }
  }

  async #make(name: PartName): Promise<Part> {
    const part: Part = await this.#partOf(name, (event) => {
      if (event.kind !== "died") return;
      // Its own way to come back is for a person's machine; here we do it, at once.
      queueMicrotask(() => void part.end());
      if (!this.#ending && !this.#dead.has(name)) void this.#launch(name).catch(() => undefined);
    });
    return part;
  }

  async #partOf(name: PartName, onEvent: (event: PartEvent) => void): Promise<Part> {
    const { plan } = this;
    if (name === "database") {
      if (!plan.database.embedded) throw new Error("there is no database to kill");
      return databasePart(plan, plan.database.embedded, onEvent);
    }
    if (name === "portal") return this.#own(name, "server.ts", portalEnvironment(plan, process.env), onEvent);
    if (name === "engine") return this.#own(name, "inngest/engine/main.ts", engineEnvironment(plan, plan.engine.embedded?.port ?? 0, process.env), onEvent);
    const { port, dir } = plan.runner.embedded ?? { port: 0, dir: "" };
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // Enough that those which are held leave room for others.
    return this.#own(name, "runner/main.ts", runnerEnvironment(plan, port, dir, { ...process.env, RUNNER_CONCURRENCY: "6" }), onEvent);
  }

  #own(name: PartName, file: string, env: NodeJS.ProcessEnv, onEvent: (event: PartEvent) => void): Part {
    return new Part({
      name,
      args: ownProgram(file),
      env: { ...env, FAULT_SOCKET: path.join(this.folder, "faults.sock") },
      log: new LogFile(logFolder(this.plan), name),
      isReady: saysListening,
      readyWithinMs: START_MS,
      endWithinMs: 5_000,
      onEvent,
    });
  }
}
