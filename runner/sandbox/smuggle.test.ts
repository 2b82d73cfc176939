import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fileOf, jobOf } from "../testing/job";
import { runscMissing } from "../testing/needs-runsc";
import { STARTS, useSandbox } from "../testing/sandbox";
import { startRun } from "./run";

describe.skipIf(runscMissing).each(STARTS)("a program that smuggles by file names in a sandbox that was started %s", (how) => {
  const { outcomeOf, sandbox, stateDir, runsDir } = useSandbox(how);

  it("has nothing collected that is no plain file of its own with a plain name", async () => {
    const code = `
import os, socket, stat
os.chdir("out")
os.symlink("/etc/shadow", "shadow"); os.symlink("/etc/passwd", "passwd.txt"); os.symlink("..", "up"); os.symlink("/", "root"); os.symlink("loop", "loop"); os.symlink("good.txt", "alias")
os.symlink("/proc/self/environ", "environ"); os.symlink("/proc/self/fd/0", "input"); os.symlink("/proc/1/root", "host")
os.mkfifo("fifo"); os.mkfifo("fifo.txt")
with socket.socket(socket.AF_UNIX) as s: s.bind("socket")
for name, kind in (("null", stat.S_IFCHR), ("disk", stat.S_IFBLK)):
  try: os.mknod(name, kind | 0o600, os.makedev(1, 3))
  except OSError: pass
try: os.link("/etc/passwd", "hard-passwd")
except OSError: pass
odd = ["-rf", "--help", ".hidden", "..hidden", "~root", "a\\nb", "a\\rb", "tab\\tb", "esc\\x1b[31mred", "\\u202egpj.exe", "zero\\u200bwidth", "no-break\\u00a0space", "dot.", " space", "space ", "back\\\\slash", "c:", "a|b", "q?", "*", "%2e%2e%2f", "nfd-e\\u0301", "\\ufeffbom", "tag\\U000e0041"]
for name in odd: open(name, "w").write("odd")
open(b"\\xff\\xfe", "w"); open(b"half-\\xc3", "w")
os.makedirs("1/2/3/4/5"); open("1/2/3/4/5/deep.txt", "w")
os.makedirs("folder"); os.symlink("/etc", "folder/etc"); open("folder/fine.txt", "w").write("fine")
os.mkdir("locked"); open("locked/x", "w"); os.chmod("locked", 0)
open("unreadable.txt", "w").write("mine"); os.chmod("unreadable.txt", 0)
os.link("../main.py", "own-hard-link.py")
open("good.txt", "w").write("good")
f = os.open("hole.bin", os.O_CREAT | os.O_RDWR); os.truncate(f, 2 ** 45)`;
    const outcome = await outcomeOf({ code, limits: { outputFiles: 50 } });
    expect(outcome).toMatchObject({ status: "succeeded", stderr: "" });
    const found = Object.fromEntries(outcome.files.map((file) => [file.name, Buffer.from(file.contentBase64, "base64").toString("utf8")]));
    // The program's own are all that there is; a percent sign and a locked folder are odd, but harmless.
    expect(found).toEqual({
      "%2e%2e%2f": "odd", "folder/fine.txt": "fine", "good.txt": "good", "locked/x": "", "own-hard-link.py": code, "unreadable.txt": "mine",
    });
    const said = outcome.warnings.join("\n");
    // Nothing that a name contains may act on whoever reads the sentence.
    expect(said.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u);
    expect(outcome.warnings.length).toBeLessThanOrEqual(20);
    expect(outcome.reason).toMatch(/[3-9]\d of its files were not collected/);
  });

  it.each([
    ["a link to another folder", `os.rmdir("out"); os.symlink("/etc", "out")`],
    ["a link to the folder above", `os.rmdir("out"); os.symlink(".", "out")`],
    ["a pipe", `os.rmdir("out"); os.mkfifo("out")`],
    ["a file", `os.rmdir("out"); open("out", "w").write("x")`],
    ["nothing", `os.rmdir("out")`],
  ])("cannot put %s in the place of the folder that is collected", async (_what, swap) => {
    const outcome = await outcomeOf({ code: `import os; ${swap}` });
    expect(outcome).toMatchObject({ status: "succeeded", files: [], warnings: ['"out" is not a folder that can be read was not collected'] });
  });

  it("cannot have the folder changed while it is collected, since nothing of it runs any more", async () => {
    const code = `
import os
if os.fork() == 0:
  os.setsid()
  while True:
    try: os.rename("out/a.txt", "out/b"); os.symlink("/etc/passwd", "out/a.txt"); os.unlink("out/a.txt"); os.rename("out/b", "out/a.txt")
    except OSError: pass
open("out/a.txt", "w").write("own")
open("out/c.txt", "w").write("own")`;
    const outcome = await outcomeOf({ code });
    expect(outcome.status).toBe("succeeded");
    for (const file of outcome.files) expect(Buffer.from(file.contentBase64, "base64").toString()).toBe("own");
  });

  // The contract refuses such names at the door; this is what stands behind the door.
  it.each(["../escaped", "../../escaped", "/tmp/escaped-absolute", "a/../../../escaped", "main.py", "main.py/x", "out"])("is not even started with an input file named %j", async (name) => {
    const { host, pool } = sandbox();
    const before = readdirSync(runsDir).filter((each) => !each.startsWith("warm-"));
    const run = startRun(host, jobOf({ files: [fileOf(name, "x")] }), { pool, onOutput: () => expect.unreachable("it ran") });
    const outcome = await run.outcome;
    expect(outcome).toMatchObject({ status: "refused", startedAt: null });
    expect(outcome.reason).not.toContain(stateDir);
    expect(readdirSync(runsDir).filter((each) => !each.startsWith("warm-"))).toEqual(before);
    expect(existsSync("/tmp/escaped-absolute") || existsSync(path.join(runsDir, "escaped"))).toBe(false);
  });
});
