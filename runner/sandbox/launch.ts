import type { JobDispatch, Language } from "../contract/schemas";
import { commandOf } from "./spec";

/** What a sandbox prints, and nothing before it, as soon as it waits for its job. */
export const READY = "countersign: ready\n";

// A shell reads its message byte by byte, each a system call.
const MAX_SHELL_MESSAGE_BYTES = 2_000;

/** How a sandbox is started before there is a job for it. */
export interface Launcher {
  command: string[];
  /** A file that it finds in its home, and removes before it is ready. */
  homeFile: { name: string; content: string } | null;
}

/**
 * A launcher ends by being the interpreter that a cold start would have begun with, as the same process and with the
 * same arguments, environment and standard streams, so that a program cannot tell how it was started.
 *
 * - python: an interpreter like any other, with `main.py` as its argument, which waits at the last step of its own
 *   start-up (`usercustomize`, see the `site` module) and forgets that it did. Arguments cannot be given to it any
 *   more: a job that has some makes it replace itself by a fresh one (execve).
 * - node, shell: a shell that waits and then replaces itself by the interpreter. Node has no last step to wait at.
 *
 * @param version of the language, as the probe found it. Returns null when this version cannot wait.
 */
export function launcherOf(language: Language, version: string | null): Launcher | null {
  if (language !== "python") return { command: ["/bin/sh", "-c", WAIT_IN_SHELL], homeFile: null };
  const [, minor] = /^3\.(\d+)/.exec(version ?? "") ?? [];
  // Before 3.8 the arguments' list is made after that step.
  if (minor === undefined || Number(minor) < 8) return null;
  const name = `.local/lib/python3.${minor}/site-packages/usercustomize.py`;
  return { command: commandOf({ language, args: [] }), homeFile: { name, content: WAIT_IN_PYTHON } };
}

/** What is written to a waiting sandbox's standard input to begin the job; the job's own input follows. Null: it takes a cold start. */
export function startMessage({ language, args }: Pick<JobDispatch, "language" | "args">): Buffer | null {
  if (language === "python") {
    const payload = Buffer.from(args.map((arg) => `${arg}\0`).join(""), "utf8");
    return Buffer.concat([Buffer.from(payload.length.toString(16).padStart(8, "0"), "latin1"), payload]);
  }
  const command = ["exec", ...commandOf({ language, args }).map(quoted)].join(" ");
  const message = Buffer.from(`${command.split("\n").length}\n${command}\n`, "utf8");
  return message.length > MAX_SHELL_MESSAGE_BYTES ? null : message;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

// The number of lines comes first. `read` takes no byte beyond its line, so the job's input is left where it is. What is
// unset is what shells export by themselves.
const WAIT_IN_SHELL = `printf '${READY.trimEnd()}\\n'; IFS= read -r n || exit; c=; while [ "$n" -gt 0 ]; do IFS= read -r l || exit; c="$c$l
"; n=$((n-1)); done; unset PWD OLDPWD SHLVL; eval "$c"`;

// Imports nothing that an interpreter has not imported by then. The ImportError is how a machine answers that has no
// usercustomize: the site module passes over it, and the import system forgets the module.
const WAIT_IN_PYTHON = `import posix, sys
def wait():
    folder = __file__.rpartition("/")[0]
    posix.unlink(__file__)
    sys.path.remove(folder)
    sys.path_importer_cache.pop(folder, None)
    while folder != "/tmp":
        posix.rmdir(folder)
        folder = folder.rpartition("/")[0]
    def read(size):
        data = b""
        while len(data) < size:
            more = posix.read(0, size - len(data))
            if not more:
                posix._exit(1)
            data += more
        return data
    posix.write(1, ${JSON.stringify(READY)}.encode())
    arguments = read(int(read(8), 16)).split(b"\\0")[:-1]
    if arguments:
        command = ${JSON.stringify(commandOf({ language: "python", args: [] }))}
        posix.execve(command[0], [*command, *arguments], posix.environ)
wait()
raise ImportError(name="usercustomize")
`;
