import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { build, buildIsStale } from "./build";
import { setupEnvironment } from "./environment";
import { LogFile } from "./log-file";
import type { Part, PartEvent } from "./part";
import { databasePart, enginePart, logFolder, portalPart, runnerPart } from "./parts";
import type { Plan } from "./plan";
import { createDatabase, superuserUrl } from "./postgres";
import { registerFunctions } from "./register";
import type { Report } from "./report";
import { canInstallSandbox, installSandbox, type Missing, missingForSandbox } from "./sandbox";
import { writePrivate } from "./secrets";
import { runScript, type SetupScript } from "./setup-script";

/** What a person needs to know once everything is up. */
export type Summary = { link: string | null; demoFile: string | null; missing: Missing | null };

/**
 * The engine calls the portal's functions, and the runner tells it its results: they end first, then the portal, and the
 * database last.
 */
const endingOrder = [["engine", "runner"], ["portal"], ["database"]];

/** Everything that `npm start` runs, in the order in which one thing needs the other. */
export class Installation {
  readonly #plan: Plan;
  readonly #report: Report;
  readonly #onEvent: (event: PartEvent) => void;
  readonly #parts: Part[] = [];
  readonly #readyFile: string;
  #ending: Promise<void> | null = null;

  constructor(plan: Plan, report: Report, onEvent: (event: PartEvent) => void) {
    this.#plan = plan;
    this.#report = report;
    this.#onEvent = onEvent;
    this.#readyFile = path.join(plan.options.dataDir, "ready.json");
    // A file left by a killed start would tell a script that all is ready.
    rmSync(this.#readyFile, { force: true });
  }

  /** Starts everything and writes `ready.json` when all of it works. */
  async start(): Promise<Summary> {
    const [, , demoFile] = await Promise.all([this.#build(), this.#sandbox(), this.#data()]);
    await Promise.all([this.#engine(), this.#runner(), this.#portal()]);
    const registered = () => registerFunctions(this.#plan.localUrl, this.#signingKey(), 60_000);
    await this.#report.step("functions registered", registered);
    const link = await this.#bootstrapLink();
    const missing = missingForSandbox();
    this.#writeReady(missing);
    return { link, demoFile, missing: this.#plan.runner.embedded ? missing : null };
  }

  #signingKey(): string | undefined {
    return this.#plan.engine.embedded ? this.#plan.secrets.inngestSigningKey : process.env.INNGEST_SIGNING_KEY;
  }

  /** Ends everything in an order in which each can finish; a second call waits for the first. */
  end(): Promise<void> {
    this.#ending ??= this.#endParts();
    return this.#ending;
  }

  /** Ends everything at once. */
  kill(): void {
    rmSync(this.#readyFile, { force: true });
    for (const part of [...this.#parts].reverse()) part.kill();
  }

  async #endParts(): Promise<void> {
    rmSync(this.#readyFile, { force: true });
    for (const names of endingOrder) await Promise.all(this.#parts.filter((part) => names.includes(part.name)).map((part) => part.end()));
  }

  async #build(): Promise<void> {
    if (!buildIsStale()) return;
    await this.#report.step("portal built", () => build(this.#log("build")), "building the portal, a minute or two at the first start");
  }

  async #sandbox(): Promise<void> {
    if (!this.#plan.runner.embedded || !canInstallSandbox()) return;
    await this.#report.step("sandbox installed", () => installSandbox(this.#log("sandbox")), "installing gVisor for the sandbox");
  }

  async #data(): Promise<string | null> {
    const { embedded } = this.#plan.database;
    if (embedded) await this.#report.step("database", () => this.#database(embedded));
    await this.#report.step("schema", () => this.#migrate());
    if (!this.#plan.options.demo) return null;
    const seed = () => this.#script({ file: "scripts/seed-demo.ts", answer: "file", timeoutMs: 300_000 });
    return this.#report.step("demo organization", seed);
  }

  async #database(embedded: { port: number; dir: string }): Promise<void> {
    await this.#run(await databasePart(this.#plan, embedded, this.#onEvent));
    const adminUrl = superuserUrl(embedded.port, this.#plan.secrets.databaseOwnerPassword, "postgres");
    await createDatabase(adminUrl, "countersign");
  }

  async #migrate(): Promise<void> {
    const { migrate } = await import("../../db/migrate");
    const { adminUrl, appUrl, jobsUrl } = this.#plan.database;
    await migrate(adminUrl, { app: passwordIn(appUrl), jobs: passwordIn(jobsUrl) });
  }

  async #engine(): Promise<void> {
    const { embedded } = this.#plan.engine;
    if (embedded) await this.#report.step("job engine", () => this.#run(enginePart(this.#plan, embedded.port, this.#onEvent)));
  }

  async #runner(): Promise<void> {
    const { embedded } = this.#plan.runner;
    if (!embedded) return;
    mkdirSync(embedded.dir, { recursive: true, mode: 0o700 });
    await this.#report.step("sandbox runner", () => this.#run(runnerPart(this.#plan, embedded, this.#onEvent)));
  }

  async #portal(): Promise<void> {
    await this.#report.step("portal", () => this.#run(portalPart(this.#plan, this.#onEvent)));
  }

  #bootstrapLink(): Promise<string | null> {
    return this.#script({ file: "scripts/bootstrap.ts", answer: "link", timeoutMs: 60_000 });
  }

  async #run(part: Part): Promise<void> {
    this.#parts.push(part);
    if (this.#ending) return;
    await part.start();
  }

  #script(script: SetupScript): Promise<string | null> {
    return runScript(script, setupEnvironment(this.#plan, process.env), this.#log("setup"));
  }

  #log(name: string): LogFile {
    return new LogFile(logFolder(this.#plan), name);
  }

  #writeReady(missing: Missing | null): void {
    if (this.#ending) return;
    const { options, appUrl, localUrl, database, engine, runner } = this.#plan;
    const ports = {
      portal: options.port,
      database: database.embedded?.port,
      engine: engine.embedded?.port,
      runner: runner.embedded?.port,
    };
    const pids = Object.fromEntries(this.#parts.map((part) => [part.name, part.pid]));
    const ready = { url: appUrl, localUrl, pid: process.pid, pids, ports, missing, since: new Date().toISOString() };
    writePrivate(this.#readyFile, `${JSON.stringify(ready, null, 2)}\n`);
  }
}

function passwordIn(url: string): string {
  return decodeURIComponent(new URL(url).password);
}
