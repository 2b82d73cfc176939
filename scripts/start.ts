import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Installation, type Summary } from "./start/installation";
import { takeLock } from "./start/lock";
import { parseOptions, usage, type Options } from "./start/options";
import type { PartEvent } from "./start/part";
import { makePlan, type Plan } from "./start/plan";
import { requireFreePort } from "./start/port";
import { Report } from "./start/report";
import { StartError } from "./start/start-error";

/** A terminal's Ctrl-C reaches us twice, from the terminal and from npm; only a later one is a second one. */
const SAME_CTRL_C_MS = 1_000;

const report = new Report(process.stdout);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  report.line(`\n  ${report.bold("Countersign")}\n`);
  makeDataDir(options.dataDir);
  const lock = takeLock(path.join(options.dataDir, "start.lock"));
  if (!lock.held) throw new StartError(alreadyRunning(options, lock.by.pid));
  process.on("exit", lock.release);
  await requireFreePort(options.host, options.port);
  await run(await makePlan(options, process.env));
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    // Others may pass through, since PostgreSQL runs under another account; each file inside is closed by itself.
    if (statSync(dataDir).uid === process.getuid?.()) chmodSync(dataDir, 0o711);
    accessSync(dataDir, constants.R_OK | constants.W_OK);
  } catch {
    throw new StartError(`${relative(dataDir)} cannot be written by you. Start as its owner, or keep the data elsewhere:  npm start -- --data DIR`);
  }
}

async function run(plan: Plan): Promise<void> {
  const startedAt = Date.now();
  const installation = new Installation(plan, report, (event) => tell(event, installation, plan));
  endOnSignal(installation);
  try {
    const summary = await installation.start();
    summarize(plan, summary, startedAt);
  } catch (error) {
    if (ending) return;
    tellFailure(error, plan);
    await installation.end();
    process.exit(1);
  }
}

let ending: { since: number } | null = null;

function endOnSignal(installation: Installation): void {
  const onSignal = () => {
    if (ending) {
      if (Date.now() - ending.since < SAME_CTRL_C_MS) return;
      report.warn("Ended by force; the next start repairs what needs it.");
      installation.kill();
      process.exit(1);
    }
    ending = { since: Date.now() };
    report.line("\n  Ending; once more Ctrl-C ends by force.");
    void installation.end().then(() => {
      report.line("  All ended.");
      process.exit(0);
    });
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  process.on("SIGHUP", onSignal);
  // A program that started us with a channel, as the browser tests do, is gone.
  process.on("disconnect", onSignal);
  onEndOfNpm(onSignal);
}

/** npm may be killed without a word to us; its terminal or script then believes that all has ended. */
function onEndOfNpm(end: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    end();
  }, 500);
  watch.unref();
}

function tell(event: PartEvent, installation: Installation, plan: Plan): void {
  if (event.kind === "back") return report.warn(`The ${event.part} is back.`);
  if (event.kind === "died") {
    report.warn(`The ${event.part} died (${event.reason}); starting it again in ${event.retryMs / 1000} s. Its last words:`);
    return report.line(event.tail);
  }
  report.warn(`The ${event.part} dies again and again. Everything is ended; see ${logsOf(plan)}/${event.part}.log.`);
  void installation.end().then(() => process.exit(1));
}

function summarize(plan: Plan, { link, demoFile, missing }: Summary, startedAt: number): void {
  const rows = [
    ["Portal", report.bold(plan.appUrl)],
    ...(link ? [["First administrator", `${link}\n${" ".repeat(23)}(works once)`]] : []),
    ...(demoFile ? [["Demo accounts", relative(demoFile)]] : []),
    ["Logs", `${logsOf(plan)}/`],
  ];
  report.line(`\n  Ready in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
  for (const [name = "", value] of rows) report.line(`  ${name.padEnd(21)}${value}`);
  if (missing) {
    report.line("");
    report.warn(`Sandboxed runs wait: ${missing.what} is missing. This mends it, then start again:`);
    report.line(`      ${missing.mend}`);
  }
  report.line("\n  Ctrl-C ends everything.\n");
}

function tellFailure(error: unknown, plan: Plan | null): void {
  const told = error instanceof StartError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`\n  ${told}\n${plan ? `\n  Logs: ${logsOf(plan)}/\n` : ""}\n`);
}

function alreadyRunning(options: Options, pid: number): string {
  const file = path.join(options.dataDir, "ready.json");
  const url: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).url : null;
  const where = typeof url === "string" ? ` at ${url}` : ", still starting";
  return `Countersign already runs on ${relative(options.dataDir)} (pid ${pid}${where}). End it with Ctrl-C there, or: kill ${pid}`;
}

function logsOf(plan: Plan): string {
  return relative(path.join(plan.options.dataDir, "logs"));
}

function relative(file: string): string {
  const short = path.relative(process.cwd(), file);
  return short.startsWith("..") ? file : short;
}

await main().catch((error: unknown) => {
  tellFailure(error, null);
  process.exit(1);
});
