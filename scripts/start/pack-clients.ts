import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "./checkout";

const run = promisify(execFile);

/**
 * Makes the npm package of the TypeScript client, as the portal gives it out: compiled, with its types, and without
 * anything that would have to be fetched or run to install it. Gives the file.
 */
export async function packClients(into: string): Promise<string> {
  const source = path.join(checkout, "clients/typescript");
  const work = mkdtempSync(path.join(tmpdir(), "countersign-client-"));
  try {
    await run(process.execPath, [path.join(checkout, "node_modules/typescript/bin/tsc"), "-p", source, "--outDir", path.join(work, "dist")]);
    const { scripts: _scripts, devDependencies: _tools, ...described } = JSON.parse(readFileSync(path.join(source, "package.json"), "utf8")) as Record<string, unknown>;
    writeFileSync(path.join(work, "package.json"), JSON.stringify(described, null, 2));
    cpSync(path.join(checkout, "LICENSE"), path.join(work, "LICENSE"));
    mkdirSync(into, { recursive: true });
    const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", path.resolve(into)], { cwd: work, shell: process.platform === "win32" });
    return path.join(into, stdout.trim().split("\n").at(-1) ?? "");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
