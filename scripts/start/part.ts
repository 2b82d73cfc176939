import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import type { LogFile } from "./log-file";
import { waitFor } from "./wait";

/** One process of the installation and how to look after it. */
export type PartSettings = {
  name: string;
  /** Arguments of `node`. */
  args: string[];
  env: NodeJS.ProcessEnv;
  log: LogFile;
  /** Runs before each start of the process, also after a death. */
  beforeStart?: () => Promise<unknown>;
  /** Whether the process does its work; asked again and again until `readyWithinMs`. */
  isReady: (log: LogFile) => boolean | Promise<boolean>;
  readyWithinMs: number;
  /** How long it may take to finish what it has in hand. */
  endWithinMs: number;
  /** Told when the process ended by itself, and when it is up again. */
  onEvent: (event: PartEvent) => void;
};

export type PartEvent =
  | { kind: "died"; part: string; reason: string; tail: string; retryMs: number }
  | { kind: "back"; part: string }
  | { kind: "gave-up"; part: string };

const STABLE_MS = 60_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
const MOST_DEATHS = 10;

/** Starts a process, keeps it running with a growing pause between attempts, and ends it. */
export class Part {
  readonly #settings: PartSettings;
  #child: ChildProcess | null = null;
  #retry: NodeJS.Timeout | null = null;
  #ending = false;
  #deaths = 0;

  constructor(settings: PartSettings) {
    this.#settings = settings;
  }

  get name(): string {
    return this.#settings.name;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Resolves when the part does its work; rejects when its process ends first or takes too long. */
  async start(): Promise<void> {
    await this.#launch();
  }

  /** Ends the part, by force when it takes longer than it may. */
  async end(): Promise<void> {
    this.#ending = true;
    if (this.#retry) clearTimeout(this.#retry);
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const force = setTimeout(() => this.kill(), this.#settings.endWithinMs);
    await ended;
    clearTimeout(force);
  }

  /** Ends the part and what it started at once. */
  kill(): void {
    this.#ending = true;
    const child = this.#child;
    if (!child?.pid || hasEnded(child)) return;
    // Each part leads a process group of its own; so do its children end with it.
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  }

  async #launch(): Promise<void> {
    const { args, env, log, beforeStart, isReady, readyWithinMs, name } = this.#settings;
    await beforeStart?.();
    if (this.#ending) return;
    const output = log.open();
    // A group of its own also keeps Ctrl-C in the terminal from reaching the part before its turn has come.
    const child = spawn(process.execPath, args, { env, detached: true, stdio: ["ignore", output, output, "ipc"] });
    closeSync(output);
    this.#child = child;
    const startedAt = Date.now();
    const failure = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
    });
    let early: string | null = null;
    void failure.then((reason) => {
      early = reason;
    });
    await waitFor(`The start of the ${name}`, readyWithinMs, async () => {
      if (early !== null) throw new Error(`The ${name} ended at once (${early}).\n${log.tail(12)}`);
      return isReady(log);
    }).catch((error) => {
      this.#killChild(child);
      throw error;
    });
    void failure.then((reason) => this.#died(reason, Date.now() - startedAt));
  }

  #killChild(child: ChildProcess): void {
    if (!hasEnded(child)) child.kill("SIGTERM");
  }

  #died(reason: string, lastedMs: number): void {
    if (this.#ending) return;
    this.#deaths = lastedMs > STABLE_MS ? 1 : this.#deaths + 1;
    const { onEvent, name, log } = this.#settings;
    if (this.#deaths > MOST_DEATHS) {
      onEvent({ kind: "gave-up", part: name });
      return;
    }
    const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#deaths - 1));
    onEvent({ kind: "died", part: name, reason, tail: log.tail(6), retryMs });
    this.#retry = setTimeout(() => void this.#restart(), retryMs);
  }

  async #restart(): Promise<void> {
    try {
      await this.#launch();
      if (!this.#ending) this.#settings.onEvent({ kind: "back", part: this.name });
    } catch (error) {
      this.#died(error instanceof Error ? error.message : String(error), 0);
    }
  }
}

/** True once the log holds the line by which our own processes say that they listen. */
export function saysListening(log: LogFile): boolean {
  return log.written().split("\n").some((line) => line.startsWith("{") && line.includes('"event":"listening"'));
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
