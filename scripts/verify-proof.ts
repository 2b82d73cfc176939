import { readFileSync, statSync } from "node:fs";
import { parseVerifierKey } from "@/lib/audit/proof/note";
import { bundleWords } from "@/lib/proof/bundle-words";
import { verifyBundle } from "@/lib/proof/verify-bundle";

const usage = `Checks the proof bundle of one request, link by link. It reads the files that it is given and nothing else: no network, no
portal, no other program. Node 18 or newer runs it.

  node verify-proof.mjs <bundle> --key <public key> [--arguments <file>]

  --key        the portal's public key (countersign+0123abcd+AQ…), or a file that holds it: as you were given it, not from the bundle
  --arguments  where the bundle keeps the arguments back: a file with their canonical JSON (RFC 8785)

It ends with 0 when nothing is wrong, 1 when something is, 2 when it could not be checked. What could not be checked for want of
something is named.`;

const largestFile = 64 * 1024 * 1024;

/** What follows a name among the arguments of the command, each once; and what stands alone. */
function readArguments(given: readonly string[]): { file: string | undefined; key: string | undefined; argumentsFile: string | undefined } {
  const named = new Map<string, string>();
  const alone: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? "";
    if (word === "--key" || word === "--arguments") named.set(word, given[(at += 1)] ?? "");
    else alone.push(word);
  }
  return { file: alone.length === 1 && !alone[0]?.startsWith("-") ? alone[0] : undefined, key: named.get("--key"), argumentsFile: named.get("--arguments") };
}

function textIn(file: string): string {
  if (statSync(file).size > largestFile) throw new Error(`${file} is larger than any proof bundle`);
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
}

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
}

function runCommand(): number {
  const { file, key: given, argumentsFile } = readArguments(process.argv.slice(2));
  if (!file || !given) {
    console.error(usage);
    return 2;
  }
  try {
    const key = parseVerifierKey(isFile(given) ? textIn(given) : given);
    const report = verifyBundle(textIn(file), key, argumentsFile === undefined ? undefined : textIn(argumentsFile).trimEnd());
    console.log(bundleWords(report, key));
    return report.result === "broken" ? 1 : 0;
  } catch (error) {
    console.error(`It could not be checked: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

process.exitCode = runCommand();
