import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { checkout } from "../start/checkout";

const roots = ["app", "bench", "clients", "components", "db", "deploy", "e2e", "inngest", "lib", "public", "runner", "scripts"];
const deepest = 6;
/** Names that say nothing of what is inside. */
const empty = /^(utils?|helpers?|misc|common|shared|legacy.*|.*-v\d+)$/;

/** What is wrong with the shape of the tree below `root`, a sentence each. */
export function layoutFaults(root: string): string[] {
  return roots.flatMap((name) => faultsBelow(root, name));
}

function faultsBelow(root: string, folder: string): string[] {
  return read(root, folder).flatMap((entry) => {
    const at = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return [...nameFaults(at, entry.name), ...faultsBelow(root, at)];
    return [...nameFaults(at, entry.name.split(".")[0] ?? ""), ...fileFaults(root, at)];
  });
}

function read(root: string, folder: string) {
  try {
    return readdirSync(path.join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
}

function nameFaults(at: string, name: string): string[] {
  return empty.test(name) ? [`${at}: '${name}' does not say what is inside`] : [];
}

function fileFaults(root: string, file: string): string[] {
  const faults: string[] = [];
  const segments = file.split("/").length;
  if (segments > deepest) faults.push(`${file}: ${segments} path segments; at most ${deepest}`);
  if (/^lib\/.*\.tsx?$/.test(file) && isBarrel(readFileSync(path.join(root, file), "utf8"))) {
    faults.push(`${file}: only passes on what other files export; import from those`);
  }
  return faults;
}

function isBarrel(source: string): boolean {
  const statements = source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "").split(";").map((each) => each.trim()).filter(Boolean);
  return statements.length > 0 && statements.every((each) => /^export\s+(type\s+)?(\*|\{[^}]*\})[\s\S]*\sfrom\s/.test(each));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = layoutFaults(checkout);
  for (const fault of faults) console.error(`  ${fault}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
