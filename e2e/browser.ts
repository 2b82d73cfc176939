import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** How to launch the browser of the tests. */
export type Browser = { executablePath: string; env: Record<string, string> };

const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

/**
 * The Chromium that comes inside an npm package, unpacked once, so that nothing has to be installed or downloaded. Where
 * the machine lacks system libraries that it needs, those in the package are used.
 */
export async function testBrowser(): Promise<Browser> {
  const { version } = JSON.parse(readFileSync(path.join(modules, "@sparticuz/chromium/package.json"), "utf8"));
  const folder = path.join(modules, `.cache/countersign-chromium-${version}`);
  const executablePath = path.join(folder, "chromium");
  if (!existsSync(path.join(folder, "complete"))) await unpack(folder);
  const env = { FONTCONFIG_FILE: path.join(folder, "fonts.conf") };
  if (!lacksLibraries(executablePath)) return { executablePath, env };
  return { executablePath, env: { ...env, LD_LIBRARY_PATH: path.join(folder, "al2023/lib") } };
}

/** The package unpacks to the folder for temporary files, and its libraries only where it believes to be in a cloud. */
async function unpack(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const before = { ...process.env };
  process.env.TMPDIR = folder;
  process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs20.x";
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    await chromium.executablePath();
  } finally {
    for (const name of ["TMPDIR", "AWS_EXECUTION_ENV", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "HOME"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
  writeFileSync(path.join(folder, "fonts.conf"), fontSettings(folder));
  writeFileSync(path.join(folder, "complete"), "");
}

function lacksLibraries(program: string): boolean {
  try {
    return execFileSync("ldd", [program], { encoding: "utf8" }).includes("not found");
  } catch {
    return false;
  }
}

/** The package's own settings name folders of a cloud's machine. */
function fontSettings(folder: string): string {
  const folders = [path.join(folder, "fonts"), "/usr/share/fonts"].map((dir) => `  <dir>${dir}</dir>`).join("\n");
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders}
  <cachedir>${path.join(folder, "fonts-cache")}</cachedir>
</fontconfig>
`;
}
