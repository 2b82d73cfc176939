import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { tracesOf } from "../testing/host-traces";
import { runscMissing } from "../testing/needs-runsc";
import { STARTS, useSandbox } from "../testing/sandbox";

const MIB = 1024 * 1024;

/** Both ways of starting set the same limits by the same code: one case of each kind shows that the second does. */
const some = <T>(how: string, cases: readonly T[]) => (how === "cold" ? cases : cases.slice(0, 1));

describe.skipIf(runscMissing).each(STARTS)("a program that wants more than its share in a sandbox that was started %s", (how) => {
  const { start, outcomeOf, runsDir, cgroupPrefix } = useSandbox(how);

  // The shell that outlives its bomb needs no process any more: it would end when it gets none.
  it.each(some(how, [
    ["a shell's", "shell", "exec 2> /dev/null; bomb() { bomb | bomb & }; (bomb) & while :; do :; done"],
    ["a parallel", "python", "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"],
    ["a threaded", "python", "import threading, time\nwhile True:\n  try: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n  except RuntimeError: pass"],
  ] as const))("is ended with %s bomb", async (_what, language, code) => {
    const outcome = await outcomeOf({ language, code, limits: { wallTimeMs: 1000, pids: 16 } });
    expect(outcome).toMatchObject({ status: "timed_out", reason: "The run took longer than its limit of 1 seconds and was stopped." });
  });

  it.each(some(how, [
    ["on its heap", "x = []\nwhile True: x.append(bytearray(4_000_000))"],
    ["in many processes", "import os, time\nfor _ in range(8): os.fork()\nx = []\nwhile True: x.append(bytearray(1_000_000))"],
    ["in an anonymous file", "import os\nfd = os.memfd_create('x')\nwhile True: os.write(fd, bytes(1_000_000))"],
    ["in a mapping", "import mmap\nm = mmap.mmap(-1, 2 ** 30)\nfor at in range(0, 2 ** 30, 4096): m[at] = 1"],
    ["in pipes", "import os, fcntl\nends = []\nwhile True:\n  r, w = os.pipe(); ends.append((r, w)); os.set_blocking(w, False)\n  fcntl.fcntl(w, 1031, 1 << 20)\n  os.write(w, bytes(1 << 20))"],
  ]))("is ended when it takes memory %s", async (where, code) => {
    const outcome = await outcomeOf({ code, limits: { memoryBytes: 96 * MIB, pids: 300 } });
    // The number of open files bounds what can lie in pipes: then the program ends by itself.
    if (where === "in pipes" && outcome.status === "failed") return expect(outcome.stderr).toContain("Too many open files");
    expect(outcome).toMatchObject({ status: "out_of_memory", reason: "The run used more than its limit of 96 MiB of memory and was stopped." });
  });

  it.each(some(how, [
    ["/work/big", "f = open('/work/big', 'wb')\nwhile True: f.write(bytes(65536))"],
    ["/tmp, with a hole that is filled", "import os\nf = os.open('/tmp/x', os.O_RDWR | os.O_CREAT)\nos.truncate(f, 2 ** 40)\nwhile True: os.write(f, bytes(65536))"],
    ["its output folder", "f = open('/work/out/big', 'wb')\nwhile True: f.write(bytes(65536))"],
    ["a file that is deleted already", "import os, time\nf = open('/tmp/x', 'wb', buffering=0); os.unlink('/tmp/x')\ntry:\n  while True: f.write(bytes(65536))\nfinally: time.sleep(1)"],
  ]))("cannot fill more than its disk: %s", async (_where, code) => {
    const outcome = await outcomeOf({ code, limits: { diskBytes: 2 * MIB } });
    expect(outcome).toMatchObject({ status: "disk_limit" });
    expect(outcome.reason).toContain("filled its disk of 2097152 bytes");
  });

  it("cannot fill its disk with empty files, folders and links either", async () => {
    // A link costs an inode as a file does, and is made much faster.
    const outcome = await outcomeOf({ code: `import os\ni = 0\nwhile True: os.symlink("x", f"/tmp/{i}"); i += 1` });
    expect(outcome).toMatchObject({ status: "disk_limit" });
  });

  it("brings out no more of a thousand files than it may, and says how many stayed behind", async () => {
    const outcome = await outcomeOf({ code: "for i in range(1000): open(f'out/{i}.txt', 'w').write('x')" });
    expect(outcome.status).toBe("succeeded");
    expect(outcome.files).toHaveLength(10);
    expect(outcome.reason).toContain("990 of its files were not collected");
    expect(outcome.warnings.length).toBeLessThanOrEqual(20);
  });

  it.each(some(how, [
    ["on one stream", "shell", "yes"],
    ["on both", "shell", "while :; do echo out; echo err >&2; done"],
    ["without a line's end", "python", "import os\nwhile True: os.write(1, b'x' * 65536)"],
    ["from children that it leaves behind", "shell", "yes & yes & exit 0"],
  ] as const))("is ended when it prints without end %s, and what it may print is told", async (_how, language, code) => {
    const outcome = await outcomeOf({ language, code, limits: { outputBytes: 100_001 } });
    // A program whose main process ends takes its children with it, however much they still had to say.
    if (outcome.status === "succeeded") return expect(outcome.stdout.length + outcome.stderr.length).toBeLessThanOrEqual(100_001);
    expect(outcome).toMatchObject({ status: "output_limit", reason: "The run printed more than its limit of 100001 bytes and was stopped." });
    expect(outcome.stdout.length + outcome.stderr.length).toBe(100_001);
  });

  it.each(some(how, [
    ["sleeps", "import time; time.sleep(600)"],
    ["ignores signals", "import signal\nfor n in signal.valid_signals() - {9, 19}: signal.signal(n, signal.SIG_IGN)\nwhile True: pass"],
    ["stops itself", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP); signal.pause()"],
    ["leaves a child that sleeps on its output", "import os, time\nif os.fork() == 0: os.setsid()\ntime.sleep(600)"],
  ]))("is ended when its time is over, though it %s", async (_how, code) => {
    const outcome = await outcomeOf({ code, limits: { wallTimeMs: 700 } });
    expect(outcome).toMatchObject({ status: "timed_out", reason: "The run took longer than its limit of 0.7 seconds and was stopped." });
  });

  it("holds its bounds in the kernel while it runs, also where the sandbox waited with others", async () => {
    const limits = { memoryBytes: 80 * MIB, cpuMillis: 300, pids: 24, wallTimeMs: 600_000 };
    const { text } = await start({ code: "print('up'); import time; time.sleep(600)", limits });
    await expect.poll(() => text("stdout"), { timeout: 60_000 }).toBe("up\n");
    const inForce = (names: string[]) => tracesOf(runsDir, cgroupPrefix).flatMap((group) => names.map((name) => path.join(group, name)).filter(existsSync)).map((file) => readFileSync(file, "utf8").trim().split(" ")[0]);
    expect(inForce(["memory.limit_in_bytes", "memory.max"])).toContain(String(limits.memoryBytes));
    expect(inForce(["cpu.cfs_quota_us", "cpu.max"])).toContain("30000");
    expect(inForce(["pids.max"])).toContain(String(512 + 64 * limits.pids));
  });
});
