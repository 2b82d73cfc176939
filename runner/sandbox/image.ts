import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readlink, realpath, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { GUEST_ID } from "./disk";

export interface BindMount {
  destination: string;
  source: string;
}

/** The 'host' image: an empty root, with the host's programs (and nothing else of it) bound read-only into it. */
export interface Image {
  name: string;
  rootDir: string;
  binds: BindMount[];
}

const LINKER_FOLDERS = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

/** Builds the image anew in `folder`. It holds no file of the host, only empty folders to mount on. */
export async function buildHostImage(folder: string): Promise<Image> {
  const rootDir = path.join(folder, "root");
  const localDir = path.join(folder, "local");
  await rm(folder, { recursive: true, force: true });
  for (const dir of ["usr", "etc/alternatives", "proc", "sys", "dev", "tmp", "work", "var/tmp", "home", "root"]) {
    await mkdir(path.join(rootDir, dir), { recursive: true });
  }
  await writeFile(path.join(rootDir, "etc/passwd"), `root:x:0:0:root:/:/usr/sbin/nologin\nnobody:x:${GUEST_ID}:${GUEST_ID}:nobody:/tmp:/bin/sh\n`);
  await writeFile(path.join(rootDir, "etc/group"), `root:x:0:\nnogroup:x:${GUEST_ID}:\n`);
  await writeFile(path.join(rootDir, "etc/hosts"), "127.0.0.1 localhost sandbox\n::1 localhost\n");
  await writeFile(path.join(rootDir, "etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files\n");
  await copyAlternatives(path.join(rootDir, "etc/alternatives"));

  const binds: BindMount[] = [{ destination: "/usr", source: "/usr" }];
  for (const name of LINKER_FOLDERS) {
    const found = await lstat(`/${name}`).catch(() => null);
    if (found?.isSymbolicLink()) await symlink(await readlink(`/${name}`), path.join(rootDir, name));
    if (found?.isDirectory()) {
      await mkdir(path.join(rootDir, name));
      binds.push({ destination: `/${name}`, source: `/${name}` });
    }
  }
  // /usr/local is where an operator's own things are: hidden, but for this process's own Node.
  await mkdir(path.join(localDir, "bin"), { recursive: true });
  await writeFile(path.join(localDir, "bin/node"), "");
  binds.push({ destination: "/usr/local", source: localDir });
  binds.push({ destination: "/usr/local/bin/node", source: await realpath(process.execPath) });
  return { name: "host", rootDir, binds };
}

/** Debian reaches some programs (awk, for one) through /etc/alternatives; only links to programs are repeated. */
async function copyAlternatives(folder: string): Promise<void> {
  if (!existsSync("/etc/alternatives")) return;
  for (const name of await readdir("/etc/alternatives")) {
    const target = await readlink(path.join("/etc/alternatives", name)).catch(() => "");
    if (/^\/(usr\/)?bin\/[^/]+$/.test(target)) await symlink(target, path.join(folder, name));
  }
}
