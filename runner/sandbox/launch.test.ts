import { describe, expect, it } from "vitest";
import type { Language } from "../contract/schemas";
import { fileOf, type jobOf } from "../testing/job";
import { runscMissing } from "../testing/needs-runsc";
import { useSandbox } from "../testing/sandbox";
import { launcherOf, startMessage } from "./launch";

type Changes = Parameters<typeof jobOf>[0];

describe("a launcher", () => {
  it("is there for every Python that can wait, and for no other", () => {
    expect(["3.7.9", "2.7.18", "4.0.0", null].map((version) => launcherOf("python", version))).toEqual([null, null, null, null]);
    expect(launcherOf("python", "3.13.1")?.homeFile?.name).toBe(".local/lib/python3.13/site-packages/usercustomize.py");
  });

  it("leaves arguments that a shell would read for too long to a cold start", () => {
    expect(startMessage({ language: "shell", args: ["x".repeat(3000)] })).toBeNull();
    expect(startMessage({ language: "python", args: ["x".repeat(3000)] })).not.toBeNull();
  });
});

const PYTHON = `
import os, sys
before = sorted(name for name in sys.modules), sorted(sys.path_importer_cache)
import atexit, gc, locale, resource, signal, threading, traceback
atexit.register(print, "at exit")
frame, depth = sys._getframe(), 0
while frame: frame, depth = frame.f_back, depth + 1
files = [open("/proc/self/cmdline").read(), sorted(open("/proc/self/environ").read().split("\\0")), sorted(open("/proc/mounts"))]
status = [line for line in open("/proc/self/status") if line.split(":")[0] in ("Pid", "PPid", "Threads", "Uid", "CapEff", "Seccomp")]
limits = [(name, resource.getrlimit(getattr(resource, name))) for name in sorted(dir(resource)) if name.startswith("RLIMIT_")]
handlers = [(number, str(signal.getsignal(number))) for number in signal.valid_signals()]
for fact in [__name__, __file__, sorted(globals()), __spec__, __loader__.__class__, __loader__.path, sys.argv, sys.orig_argv, sys.path, sys.flags,
             sys.executable, sys.prefix, sys.getrecursionlimit(), sys.stdin.encoding, sys.stdout.encoding, sys.stdout.line_buffering,
             sys.stdin.isatty(), locale.getlocale(), sys.exc_info(), hasattr(sys, "last_value"), depth, before, files, status, limits, handlers,
             os.getcwd(), os.umask(0), os.getpid(), os.getpgid(0), os.getsid(0), sorted(os.environ.items()), os.listdir("/proc/self/fd"), os.listdir("/tmp"), os.listdir("/work"),
             os.stat("/tmp").st_mode, threading.active_count(), gc.isenabled(), sys.stdin.read()]:
    print(repr(fact))
if __name__ == "__main__": raise SystemExit if "quietly" in sys.argv else ValueError("as a program raises it")
`;

const NODE = `
const fs = require("node:fs");
const { Worker, isMainThread } = require("node:worker_threads");
const facts = [require.main === module, module.id, module.paths, Object.keys(require.cache), process.argv, process.execArgv, process.execPath, __filename,
  Object.entries(process.env).sort(), process.cwd(), process.pid, process.ppid, process.umask(), fs.readdirSync("/proc/self/fd"), fs.readdirSync("/tmp"),
  fs.readFileSync("/proc/self/cmdline", "latin1"), fs.readFileSync("/proc/self/environ", "latin1").split("\\0").sort(), process.stdin.isTTY, fs.readFileSync(0, "utf8")];
for (const fact of facts) console.log(JSON.stringify(fact));
process.on("exit", (code) => console.log("at exit", code));
throw new TypeError("as a program throws it");
`;

const SHELL = `
echo "$0" "$#" "$$" "$PPID" "$-" "$IFS"; for word in "$@"; do printf '<%s>' "$word"; done
env | sort; set | grep -v '^_\\|LINENO' | sort; pwd; umask; ulimit -a; trap; tr '\\0' ' ' < /proc/self/cmdline; ls /proc/self/fd /tmp /work; cat; kill -SEGV $$
`;

const ODD = ["", " ", "a b", "'", "\\", "\\n", "\n", "a\n\nb\n", "--", "-c", "$(id)", "`id`", "*", "%s", "\t\r", "\u0001\u007f", "ÀÁÂÃÄÅÆÇÈ", "\u0080\u0081\u0082\u0088", "日本", "🙂", "\u202e"];

describe.skipIf(runscMissing)("a program in a warm sandbox", () => {
  const cold = useSandbox("cold");
  const warm = useSandbox("warm");

  it.each<[string, Language, Changes]>([
    ["Python", "python", { code: PYTHON, stdin: "in\nput" }],
    ["Python with arguments", "python", { code: PYTHON, args: ODD }],
    ["Python that ends itself", "python", { code: PYTHON, args: ["quietly"] }],
    ["Python that does not parse", "python", { code: "print(1)\nif:\n" }],
    ["Python that is killed by a signal", "python", { code: "import os, signal; print('up'); os.kill(os.getpid(), signal.SIGABRT)" }],
    ["Python in another encoding", "python", { code: "# -*- coding: latin-1 -*-\nprint(ascii('é'), input())", stdin: "é\n" }],
    ["Python with modules of its own", "python", { code: "import helper, sys; print(helper.__file__, 'usercustomize' in sys.modules)", files: [fileOf("helper.py", "import os\nprint(__name__)"), fileOf("usercustomize.py", "print('never')")] }],
    ["Node", "node", { code: NODE, stdin: "in\nput" }],
    ["Node with arguments", "node", { code: NODE, args: ODD }],
    ["Node as an ES module", "node", { code: "import fs from 'node:fs'; console.log(import.meta.url, fs.readFileSync(0, 'utf8'), await 1, typeof require)", files: [fileOf("package.json", `{"type":"module"}`)], stdin: "x" }],
    ["a shell script", "shell", { code: SHELL, stdin: "in\nput" }],
    ["a shell script with arguments", "shell", { code: SHELL, args: ODD }],
  ])("cannot tell that it is one: %s", async (_what, language, changes) => {
    const [one, other] = await Promise.all([cold.outcomeOf({ language, ...changes }), warm.outcomeOf({ language, ...changes })]);
    expect(other.stdout.split("\n")).toEqual(one.stdout.split("\n"));
    expect(other.stderr).toBe(one.stderr);
    expect([other.status, other.exitCode, other.signal, other.reason]).toEqual([one.status, one.exitCode, one.signal, one.reason]);
    expect(one.stdout + one.stderr).not.toBe("");
  });
});
