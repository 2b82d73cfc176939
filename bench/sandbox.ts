import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HealthReport, type JobDispatch, type Language } from "@/runner/contract/schemas";
import { makeBox, type SandboxHost } from "@/runner/sandbox/box";
import { diskSizeFor } from "@/runner/sandbox/disk";
import { buildHostImage } from "@/runner/sandbox/image";
import { Probe } from "@/runner/sandbox/probe";
import { commandOf } from "@/runner/sandbox/spec";
import { jobOf } from "@/runner/testing/job";
import { FakePortal } from "@/runner/testing/portal";
import { RunnerProcess } from "@/runner/testing/runner-process";
import { compare } from "./harness/compare";
import type { Bench, BenchRow } from "./harness/row";
import { median } from "./harness/statistics";

const programs: Record<Language, string> = { python: "print('hello')", node: "console.log('hello')", shell: "echo hello" };
const unlimited = { cpuMillis: 64_000, memoryBytes: 64 * 2 ** 30, pids: 4096 };
const measuredPerRound = 5;

export const row: BenchRow = {
  title: "Sandbox: dispatch to first output, warm pool, one use per sandbox",
  beside: "bare cold `runsc run` of the same program",
  async *run(bench) {
    const portal = new FakePortal();
    const runner = new RunnerProcess(portal);
    bench.onEnd(async () => {
      await runner.dispose();
      portal.close();
    });
    const callbackUrl = await portal.listen();
    await runner.start();
    const host = await findHost(bench);
    for (const language of ["python", "node", "shell"] as const) {
      const job = () => jobOf({ language, code: programs[language], callbackUrl });
      yield compare(bench, {
        case: language,
        unit: "ms",
        ours: () => middle(() => dispatchToFirstOutput(portal, job())),
        beside: () => middle(() => bareRun(host, job())),
        target: { atMost: 0.5 },
      });
    }
  },
};

/** Signed, sent, remembered durably, run, and its output received: all that the portal waits for. */
async function dispatchToFirstOutput(portal: FakePortal, job: JobDispatch): Promise<number> {
  // A warm sandbox is what is measured; making it is not.
  while (((await health(portal)).pool?.ready[job.language] ?? 0) === 0) await sleep(10);
  const began = performance.now();
  const told = portal.firstOutput(job.runId);
  const answer = await portal.post("/jobs", portal.sign("dispatch", job));
  if (answer.status !== 202) throw new Error(`the runner answered ${answer.status}`);
  await told;
  const tookMs = performance.now() - began;
  await portal.result(job.runId);
  return tookMs;
}

async function health(portal: FakePortal): Promise<HealthReport> {
  return HealthReport.parse(await (await fetch(`${portal.runnerUrl}/healthz`)).json());
}

/** `runsc run` to the first byte of output. Disk, files and control group are made before the clock starts. */
async function bareRun(host: SandboxHost, job: JobDispatch): Promise<number> {
  const box = await makeBox(host, job.runId, { command: commandOf(job), limits: unlimited, diskSize: diskSizeFor(job), share: "normal" });
  try {
    await box.disk.fit(job);
    const folder = path.join(host.runsDir, job.runId);
    const began = performance.now();
    const runsc = [`--root=${folder}/root`, `--platform=${host.facts.platform}`, "--network=none", "run", `--bundle=${folder}`, job.runId];
    const child = spawn(host.runscPath, runsc, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "close");
    await once(child.stdout, "data");
    const tookMs = performance.now() - began;
    child.stdout.resume();
    await ended;
    return tookMs;
  } finally {
    await box.remove();
  }
}

async function middle(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < measuredPerRound; i++) times.push(await measure());
  return median(times);
}

async function findHost(bench: Bench): Promise<SandboxHost> {
  const image = await buildHostImage(path.join(bench.folder, "image"));
  const found = await new Probe({ image, runsDir: path.join(bench.folder, "runs"), cgroupPrefix: `countersign-bench-${process.pid}-` }).current();
  if (!found.usable) throw new Error(`${found.problem} To mend it: ${found.mend}`);
  return found.host;
}
