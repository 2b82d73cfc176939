import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ATTEMPTS, gains } from "../testing/attempts";
import { fileOf } from "../testing/job";
import { runscMissing } from "../testing/needs-runsc";
import { STARTS, useSandbox } from "../testing/sandbox";

const list = (values: readonly (string | number)[]) => JSON.stringify(values);

describe.skipIf(runscMissing).each(STARTS)("a program that wants out of a sandbox that was started %s", (how) => {
  const { start, outcomeOf, stateDir, runsDir } = useSandbox(how);

  it("reads nothing of the host, of its runner or of another run", async () => {
    const marker = `marker-${randomUUID()}`;
    writeFileSync(path.join(stateDir, "secret.txt"), marker);
    process.env.COUNTERSIGN_TEST_SECRET = marker;
    const other = await start({ code: "print('up'); import time; time.sleep(600)", files: [fileOf("private.csv", marker)], args: [marker], limits: { wallTimeMs: 600_000 } });
    while (other.text("stdout") !== "up\n") await sleep(10);
    const hidden = [
      "/etc/shadow", "/etc/hostname", "/etc/machine-id", "/etc/ssl/private", "/root/.bashrc", "/root/.ssh", "/var/lib", "/run", "/boot", "/opt", "/srv", "/mnt", "/lost+found",
      "/proc/1/root/etc/shadow", "/proc/self/root/etc/shadow", "/proc/self/cwd/../etc/shadow", "/work/../../../etc/shadow", "/proc/kcore", "/proc/keys", "/proc/kallsyms", "/proc/modules",
      `/proc/${process.pid}/environ`, `/proc/${process.ppid}/cmdline`, "/proc/sched_debug", "/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/vda", "/dev/sda", "/dev/sda1", "/dev/fuse",
      "/sys/fs/cgroup/memory", "/sys/kernel/debug", "/sys/kernel/security", "/sys/firmware/dmi", "/usr/local/lib", "/usr/local/etc",
      process.cwd(), path.join(process.cwd(), "package.json"), stateDir, path.join(stateDir, "secret.txt"), runsDir, path.join(runsDir, other.job.runId),
    ];
    const code = `${ATTEMPTS}
marker = sys.stdin.read()
for path in ${list(hidden)}: attempt(path, lambda: read(path))
def find(root):
    for folder, names, files in os.walk(root):
        if root == "/": names[:] = [name for name in names if os.path.join(folder, name) not in ("/usr", "/sys")]
        for name in files:
            try: found = read(os.path.join(folder, name))
            except OSError: continue
            if marker.encode() in found: return os.path.join(folder, name)
    raise OSError(errno.ENOENT, "")
attempt("a secret in any file", lambda: find("/"))
attempt("a secret in the environment", lambda: [os.environ[name] for name in os.environ if marker in os.environ[name]][0] if any(marker in value for value in os.environ.values()) else os.stat("/nowhere"))
attempt("a process of others", lambda: [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != "1"][0:1] or os.stat("/nowhere"))
print(sorted(os.listdir("/etc")), sorted(os.listdir("/usr/local")), os.listdir("/tmp"), sorted(os.listdir("/work")))
print([os.listdir(path) for path in ("/root", "/home", "/sys/fs/cgroup")], os.getuid(), os.getgid(), os.getgroups(), sorted(os.environ))`;
    const outcome = await outcomeOf({ code, stdin: marker });
    expect(outcome).toMatchObject({ status: "succeeded", stderr: "" });
    expect(gains(outcome.stdout)).toEqual({});
    expect(outcome.stdout.split("\n").slice(0, 2)).toEqual([
      "['alternatives', 'group', 'hosts', 'nsswitch.conf', 'passwd'] ['bin'] [] ['main.py', 'out']",
      "[[], [], []] 65534 65534 [] ['HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONUNBUFFERED', 'TMPDIR', 'TZ']",
    ]);
    delete process.env.COUNTERSIGN_TEST_SECRET;
  });

  it("writes nowhere but on its own disk", async () => {
    const places = [
      "/x", "/etc/x", "/etc/passwd", "/usr/x", "/usr/bin/python3", "/usr/local/x", "/usr/local/bin/node", "/bin/x", "/dev/x", "/dev/shm/x", "/dev/mem", "/dev/kmsg", "/home/x", "/root/x", "/var/x", "/var/tmp/x", "/sys/x",
      "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory", "/proc/sys/net/ipv4/ip_forward", "/proc/self/mem", "/proc/1/mem",
      "/proc/self/uid_map", "/proc/self/attr/exec", "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cgroup.procs", "/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/ksm/run",
    ];
    const code = `${ATTEMPTS}
for path in ${list(places)}: attempt(path, lambda: write(path))
attempt("a link to passwd", lambda: (os.symlink("/etc/passwd", "/tmp/passwd"), write("/tmp/passwd")))
attempt("a hard link to python", lambda: os.link("/usr/bin/python3", "/tmp/python"))
attempt("a character device", lambda: os.mknod("/tmp/null", 0o600 | stat.S_IFCHR, os.makedev(1, 1)))
attempt("a block device", lambda: os.mknod("/tmp/disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0)))
attempt("another's file", lambda: os.chown("/work/main.py", 0, 0))
attempt("removing a program", lambda: os.unlink("/usr/bin/env"))
attempt("renaming the root", lambda: os.rename("/usr", "/tmp/usr"))`;
    const outcome = await outcomeOf({ code });
    expect(outcome).toMatchObject({ status: "succeeded", stderr: "" });
    expect(gains(outcome.stdout)).toEqual({});
  });

  it("gains no privilege and calls nothing of the kernel that would need one", async () => {
    const code = `${ATTEMPTS}
attempt("setuid", lambda: os.setuid(0))
attempt("setgid", lambda: os.setgid(0))
attempt("setresuid", lambda: os.setresuid(0, 0, 0))
attempt("setgroups", lambda: os.setgroups([0]))
attempt("capset", lambda: call(126, struct.pack("II", 0x20080522, 0), struct.pack("6I", *[0xffffffff] * 6)))
attempt("mount tmpfs", lambda: call(165, b"t", b"/tmp", b"tmpfs", 0, None))
attempt("mount proc", lambda: call(165, b"proc", b"/tmp", b"proc", 0, None))
attempt("mount cgroup", lambda: call(165, b"c", b"/tmp", b"cgroup", 0, b"memory"))
attempt("bind mount", lambda: call(165, b"/usr", b"/tmp", None, 4096, None))
attempt("remount", lambda: call(165, b"none", b"/", None, 32, None))
attempt("umount", lambda: call(166, b"/work", 2))
attempt("pivot_root", lambda: call(155, b"/tmp", b"/tmp"))
attempt("chroot", lambda: call(161, b"/tmp"))
attempt("unshare", lambda: call(272, 0x00020000 | 0x40000000 | 0x20000000))
attempt("setns", lambda: call(308, os.open("/proc/self/ns/net", os.O_RDONLY), 0))
attempt("bpf", lambda: call(321, 0, bytes(72), 72))
attempt("keyctl", lambda: call(250, 0, -3, 1))
attempt("add_key", lambda: call(248, b"user", b"a", b"b", 1, -3))
attempt("open_by_handle_at", lambda: call(304, -100, struct.pack("IIQ", 8, 1, 2), 0))
attempt("sethostname", lambda: call(170, b"evil", 4))
attempt("clock_settime", lambda: call(227, 0, struct.pack("qq", 1, 0)))
attempt("reboot", lambda: call(169, 0xfee1dead, 672274793, 0x1234567, 0))
for name, number in {"kexec_load": 246, "kexec_file_load": 320, "init_module": 175, "finit_module": 313, "delete_module": 176, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425,
    "fsopen": 430, "open_tree": 428, "fanotify_init": 300, "swapon": 167, "acct": 163, "iopl": 172, "ioperm": 173, "syslog": 103, "quotactl": 179, "vhangup": 153}.items():
    attempt(name, lambda: call(number, 0, 0, 0, 0, 0))
def effective_of(command):
    # It waits for a password that never comes, or ends by itself.
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = set()
    for _ in range(20):
        try: seen.add([line.split()[2] for line in open(f"/proc/{child.pid}/status") if line.startswith("Uid")][0])
        except (OSError, IndexError): break
        time.sleep(0.01)
    child.kill(); child.wait()
    return seen
for program in ["su", "passwd", "mount", "newgrp", "chsh"]:
    attempt("setuid program " + program, lambda: "root" if "0" in effective_of(["/usr/bin/" + program]) else os.stat("/nowhere"))
attempt("a setuid file of its own", lambda: (write("/tmp/s"), os.chmod("/tmp/s", 0o4755), os.stat("/tmp/s").st_uid == 0 or os.stat("/nowhere")))
status = {line.split(":")[0]: line.split()[1] for line in open("/proc/self/status") if ":" in line and len(line.split()) > 1}
print([status[name] for name in ("CapEff", "CapPrm", "CapBnd")], call(157, 39, 0, 0, 0, 0))`;
    const outcome = await outcomeOf({ code });
    expect(outcome).toMatchObject({ status: "succeeded", stderr: "" });
    expect(gains(outcome.stdout)).toEqual({});
    expect(outcome.stdout.split("\n")[0]).toBe("['0000000000000000', '0000000000000000', '0000000000000000'] 1");
  });

  // gVisor lets anyone make a user namespace, inside of its own kernel: being root there must open nothing.
  it("gains nothing by becoming root of a namespace of its own", async () => {
    const code = `${ATTEMPTS}
inside = call(272, 0x10000000)
for flag in (0x00020000, 0x40000000, 0x20000000, 0x08000000, 0x04000000):
    try: call(272, flag)
    except OSError: pass
for path in ["/etc/shadow", "/root/.bashrc", ${JSON.stringify(stateDir)}, "/dev/mem", "/dev/vda", "/proc/kcore"]: attempt("read " + path, lambda: read(path))
for path in ["/usr/x", "/etc/passwd", "/usr/local/bin/node", "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/sys/fs/cgroup/release_agent"]: attempt("write " + path, lambda: write(path))
attempt("a device", lambda: os.mknod("/tmp/disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0)))
for number in (246, 320, 175, 313, 169): attempt(f"call {number}", lambda: call(number, 0, 0, 0, 0, 0))
attempt("another process", lambda: os.kill(${process.pid}, signal.SIGKILL))
for source, kind in ((b"proc", b"proc"), (b"sysfs", b"sysfs"), (b"/dev/vda", b"ext4"), (b"cgroup", b"cgroup"), (b"host", b"9p")):
    try: call(165, source, b"/tmp", kind, 0, None)
    except OSError: continue
    attempt(f"a mounted {kind}", lambda: [read("/tmp/" + name) for name in ("${process.pid}/environ", "kcore", "etc/shadow", "memory/release_agent")])
    for name in ("sysrq-trigger", "sys/kernel/core_pattern", "release_agent"): attempt(f"write in a mounted {kind} {name}", lambda: write("/tmp/" + name))`;
    const outcome = await outcomeOf({ code });
    expect(outcome.stderr).toBe("");
    expect(gains(outcome.stdout)).toEqual({});
  });

  it("signals, traces and reads no process but its own", async () => {
    const strangers = [process.pid, process.ppid, 2, 3, 100];
    const code = `${ATTEMPTS}
for pid in ${list(strangers)}:
    attempt(f"kill {pid}", lambda: os.kill(pid, signal.SIGKILL))
    attempt(f"kill group {pid}", lambda: os.killpg(pid, signal.SIGKILL))
    attempt(f"tgkill {pid}", lambda: call(234, pid, pid, 9))
    attempt(f"attach {pid}", lambda: call(101, 16, pid, 0, 0))
    attempt(f"seize {pid}", lambda: call(101, 0x4206, pid, 0, 0))
    attempt(f"pidfd_open {pid}", lambda: call(434, pid, 0))
    attempt(f"process_vm_readv {pid}", lambda: call(310, pid, 0, 0, 0, 0, 0))
    attempt(f"priority {pid}", lambda: os.setpriority(os.PRIO_PROCESS, pid, 19))
attempt("kill all", lambda: os.kill(-1, signal.SIGKILL))
attempt("memory of others", lambda: call(29, 0x5678, 4096, 0o666) and os.stat("/nowhere"))
child = os.fork()
if child == 0: time.sleep(600); os._exit(0)
os.kill(child, signal.SIGKILL)
print(os.waitpid(child, 0)[1])`;
    const outcome = await outcomeOf({ code });
    expect(outcome).toMatchObject({ status: "succeeded", stderr: "" });
    expect(gains(outcome.stdout)).toEqual({});
    // Its own child, though, it may.
    expect(outcome.stdout.split("\n")[0]).toBe("9");
  });
});
