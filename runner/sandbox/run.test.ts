import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { tracesOf } from "../testing/host-traces";
import { fileOf, jobOf } from "../testing/job";
import { runscMissing } from "../testing/needs-runsc";
import { STARTS, useSandbox } from "../testing/sandbox";
import { startRun } from "./run";

const MIB = 1024 * 1024;

describe.skipIf(runscMissing).each(STARTS)("a run in a sandbox that was started %s", (how) => {
  const { start, outcomeOf, sandbox, runsDir, cgroupPrefix } = useSandbox(how);

  it("gives Python its files, arguments and input, and brings its files out", async () => {
    const code = `
import csv, sys
rows = list(csv.DictReader(open("expenses.csv", encoding="utf-8")))
open("out/total.txt", "w").write(str(sum(int(row["cents"]) for row in rows)))
import os; os.makedirs("out/more"); open("out/more/ä.txt", "w").write("x")
print(sys.argv[1], sys.stdin.read(), rows[0]["who"], open("deep/er.txt").read())
print("to stderr", file=sys.stderr)`;
    const outcome = await outcomeOf({
      code,
      args: ["--month=März"],
      stdin: "from stdin",
      files: [fileOf("expenses.csv", "who,cents\nÅsa,100\nBo,250\n"), fileOf("deep/er.txt", "deep")],
    });
    expect(outcome).toMatchObject({ status: "succeeded", exitCode: 0, signal: null, warnings: [], stdout: "--month=März from stdin Åsa deep\n", stderr: "to stderr\n" });
    expect(outcome.files.map((file) => [file.name, Buffer.from(file.contentBase64, "base64").toString()])).toEqual([["more/ä.txt", "x"], ["total.txt", "350"]]);
    expect(outcome.files[1]).toMatchObject(fileOf("total.txt", "350"));
    expect(outcome.cpuTimeMs).toBeGreaterThan(0);
    expect(outcome.maxMemoryBytes).toBeGreaterThan(5 * MIB);
    expect(outcome.sandbox).toMatchObject({ runtime: "runsc", image: "host" });
  });

  it("runs Node, and says how it ended when it fails", async () => {
    const code = `const fs = require("fs"); fs.writeFileSync("out/up.txt", fs.readFileSync("in.txt", "utf8").toUpperCase()); process.exit(7);`;
    const outcome = await outcomeOf({ language: "node", code, files: [fileOf("in.txt", "abc")] });
    expect(outcome).toMatchObject({ status: "failed", exitCode: 7, reason: "The program ended with exit code 7." });
    expect(outcome.files).toEqual([{ ...fileOf("up.txt", "ABC"), size: 3 }]);
  });

  it("runs shell, with the usual programs and a signal told as such", async () => {
    const outcome = await outcomeOf({ language: "shell", code: `cut -d, -f2 a.csv | sort -n | awk '{s+=$1} END {print s}'; ls; kill -TERM $$`, files: [fileOf("a.csv", "a,1\nb,2\n")] });
    expect(outcome).toMatchObject({ status: "failed", exitCode: 143, signal: "SIGTERM", stdout: "3\na.csv\nmain.sh\nout\n" });
  });

  it("passes on bytes that are no text", async () => {
    const { outcome, printed } = await start({ code: `import sys; sys.stdout.buffer.write(bytes([0xff, 0, 0xc3]))` });
    await outcome;
    expect(Buffer.concat(printed.stdout)).toEqual(Buffer.from([0xff, 0, 0xc3]));
  });

  it("hands output on while the program still runs", async () => {
    const { run, outcome, text } = await start({ code: `import time; print("first"); time.sleep(600)`, limits: { wallTimeMs: 600_000 } });
    // A pipe may hand a line on in pieces; what counts is that it comes while the program sleeps.
    while (!text("stdout").endsWith("\n")) await sleep(10);
    run.kill("the test saw enough.");
    expect(await outcome).toMatchObject({ status: "killed", stdout: "first\n" });
  });

  it("is over when it is killed, however busy it is, says why, and keeps what it wrote", async () => {
    const { run, outcome, text } = await start({ code: "open('out/partial', 'w').write('x'); print('up')\nwhile True: pass", limits: { wallTimeMs: 600_000 } });
    while (text("stdout") !== "up\n") await sleep(10);
    run.kill("Ada pressed the button.");
    expect(await outcome).toMatchObject({ status: "killed", reason: "The run was stopped: Ada pressed the button.", exitCode: null, files: [{ name: "partial" }] });
  });

  it("does not even begin when it is killed at once", async () => {
    const { run, outcome } = await start({ code: "print('ran')" });
    run.kill("too late.");
    expect(await outcome).toMatchObject({ status: "killed", stdout: "", startedAt: null });
  });

  it("cannot make more processes than it may", async () => {
    const code = `
import os, sys, time
made = 0
while True:
  try: pid = os.fork()
  except OSError: break
  if pid == 0: time.sleep(30); os._exit(0)
  made += 1
print(made, flush=True); sys.exit(3)`;
    const outcome = await outcomeOf({ code, limits: { pids: 16 } });
    expect(outcome).toMatchObject({ status: "failed", exitCode: 3 });
    expect(Number(outcome.stdout)).toBeGreaterThan(5);
    expect(Number(outcome.stdout)).toBeLessThan(16);
  });

  it("may print exactly as much as it may", async () => {
    const outcome = await outcomeOf({ code: "print('x' * 999)", limits: { outputBytes: 1000 } });
    expect(outcome).toMatchObject({ status: "succeeded", truncated: { stdout: false } });
  });

  it("leaves nothing behind, and is refused in words when runsc cannot start it", async () => {
    const { host } = sandbox();
    const broken = { ...host, facts: { ...host.facts, platform: "no-such-platform" } };
    const run = startRun(broken, jobOf(), { onOutput: () => undefined });
    const outcome = await run.outcome;
    expect(outcome).toMatchObject({ status: "refused", startedAt: null, exitCode: null });
    expect(outcome.reason).toContain("The sandbox could not be started, and nothing was run");
    expect(tracesOf(runsDir, cgroupPrefix).filter((trace) => !trace.includes("warm-"))).toEqual([]);
  });

  it("keeps two runs at once apart", async () => {
    const outcomes = await Promise.all([1, 2].map((n) => outcomeOf({ code: `import os; open("/tmp/x","w").write("${n}"); import time; time.sleep(0.3); print(open("/tmp/x").read(), os.listdir("/work/out"))` })));
    expect(outcomes.map((outcome) => outcome.stdout)).toEqual(["1 []\n", "2 []\n"]);
  });
});
