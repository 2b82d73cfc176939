import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Language } from "../contract/schemas";
import type { SandboxHost } from "../sandbox/box";
import { buildHostImage } from "../sandbox/image";
import { WarmPool } from "../sandbox/pool";
import { Probe, type ProbeResult } from "../sandbox/probe";
import { startRun, type Run } from "../sandbox/run";
import { tracesOf } from "./host-traces";
import { jobOf } from "./job";

/** The two ways in which a run comes to its sandbox; whatever holds for one must hold for the other. */
export const STARTS = ["cold", "warm"] as const;
type Changes = Parameters<typeof jobOf>[0];

/**
 * Real sandboxes for one `describe`: started for each job, or taken from a pool of warm ones, and then it is certain
 * that they were. What a test leaves running is ended after it, and nothing may be left of any.
 */
export function useSandbox(how: (typeof STARTS)[number]) {
  const stateDir = mkdtempSync(path.join(tmpdir(), "countersign-sandbox-"));
  const runsDir = path.join(stateDir, "runs");
  const cgroupPrefix = `countersign-test-${process.pid}-${how}-`;
  const runs = new Set<Run>();
  let made: { host: SandboxHost; pool: WarmPool } | null = null;
  let awaited: Language = "python";

  beforeAll(async () => {
    const probe = new Probe({ image: await buildHostImage(path.join(stateDir, "image")), runsDir, cgroupPrefix });
    const found = await probe.current();
    if (!found.usable) throw new Error(found.problem);
    // Only what the next job needs is kept warm: a start costs a second and more on a busy machine.
    const narrowed = async (): Promise<ProbeResult> => {
      const now = await probe.current();
      return now.usable ? { ...now, languages: now.languages.filter(({ language }) => language === awaited) } : now;
    };
    made = { host: found.host, pool: new WarmPool(how === "warm" ? 1 : 0, narrowed) };
  });
  afterEach(async () => {
    for (const run of runs) run.kill("the test is over.");
    await Promise.all([...runs].map((run) => run.outcome));
    runs.clear();
  });
  afterAll(async () => {
    await made?.pool.close();
    expect(tracesOf(runsDir, cgroupPrefix)).toEqual([]);
    rmSync(stateDir, { recursive: true, force: true });
  });

  function sandbox(): { host: SandboxHost; pool: WarmPool } {
    if (made === null) throw new Error("the sandbox is not probed yet");
    return made;
  }

  /** Starts a job; `printed` grows while it runs. */
  async function start(changes: Changes) {
    const { host, pool } = sandbox();
    const job = jobOf(changes);
    awaited = job.language;
    pool.expect(job);
    while (how === "warm" && pool.countOf(job.language) === 0) await pool.fill();
    const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const text = (stream: "stdout" | "stderr") => Buffer.concat(printed[stream]).toString("utf8");
    const run = startRun(host, job, { pool, onOutput: (stream, data) => void printed[stream].push(data) });
    runs.add(run);
    // A run takes its sandbox at once, or never.
    expect(pool.countOf(job.language)).toBe(0);
    const outcome = run.outcome.then((end) => ({ ...end, stdout: text("stdout"), stderr: text("stderr") }));
    return { job, run, outcome, printed, text };
  }

  return { stateDir, runsDir, cgroupPrefix, sandbox, start, outcomeOf: async (changes: Changes) => (await start(changes)).outcome };
}
