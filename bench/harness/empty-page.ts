import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../scripts/start/checkout";
import { LogFile } from "../../scripts/start/log-file";
import type { Bench } from "./row";

/** An application of one page that says nothing, and no more settings than it takes to build it here. */
const sources: Record<string, string> = {
  "app/layout.jsx": `export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }\n`,
  "app/page.jsx": `export default function Page() { return null; }\n`,
  "next.config.mjs": `export default { turbopack: { root: ${JSON.stringify(checkout)} } };\n`,
  "package.json": `{ "private": true, "type": "module" }\n`,
};

/** Builds the empty page with the Next of this checkout. It goes when the row has ended. */
export async function buildEmptyPage(bench: Bench): Promise<{ html: string; files: string }> {
  // Inside the checkout, since Next looks for its packages in the folders above and follows no link out of its root.
  mkdirSync(path.join(checkout, "test-results"), { recursive: true });
  const folder = mkdtempSync(path.join(checkout, "test-results", "empty-page-"));
  bench.onEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  mkdirSync(path.join(folder, "app"));
  for (const [file, text] of Object.entries(sources)) writeFileSync(path.join(folder, file), text);
  const log = new LogFile(bench.folder, "empty-page");
  const output = log.open();
  const next = spawn(process.execPath, [path.join(checkout, "node_modules/next/dist/bin/next"), "build", folder], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", NODE_OPTIONS: "", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", output, output],
  });
  const [code] = await once(next, "exit");
  if (code !== 0) throw new Error(`The empty page could not be built.\n${log.tail(20)}`);
  const files = path.join(folder, ".next");
  return { html: readFileSync(path.join(files, "server/app/index.html"), "utf8"), files };
}
