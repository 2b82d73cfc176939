import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { createPublicKey } from "node:crypto";
import { parseVerifierKey, type VerifierKey, verifierKey } from "@/lib/audit/proof/note";
import { type FileReport, verifyFile } from "@/lib/audit/file/verify-file";
import { looksLikeBundle } from "@/lib/proof/bundle";
import { bundleWords } from "@/lib/proof/bundle-words";
import { verifyBundle } from "@/lib/proof/verify-bundle";

const usage = `Checks an exported audit file, or the proof bundle of one request, offline. Needs no database and no network.

  npm run verify -- <file> --key <public key>

  --key   the key as text (countersign+0123abcd+AQ…), as the audit page shows it, or a file that holds it
  --name  the key's name when the file is a PEM (default: countersign)
  --arguments  of a bundle that keeps the arguments back: a file with their canonical JSON (RFC 8785)

The exit code is 0 when the file is intact, 1 when it is not, 2 when it could not be checked. Of a bundle, what could not be
checked for want of something is named; nothing is wrong with it then.`;

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

function readKey(given: string, name: string): VerifierKey {
  const text = existsSync(given) ? readFileSync(given, "utf8") : given;
  return text.includes("BEGIN PUBLIC KEY") ? verifierKey(name, createPublicKey(text)) : parseVerifierKey(text);
}

function words(report: FileReport, key: VerifierKey): string {
  const { manifest, checkpoint } = report;
  if (!report.intact || !manifest) {
    const more = report.more > 0 ? [`… and ${report.more} more.`] : [];
    return ["NOT INTACT", ...report.problems.map((problem) => `  ${problem.kind.padEnd(10)} ${problem.message}`), ...more].join("\n");
  }
  const events = manifest.count === 0 ? "no event" : `${manifest.count} event${manifest.count === 1 ? "" : "s"}, ${manifest.firstSeq} to ${manifest.lastSeq}`;
  const whole = manifest.after ? `an archive: every event after ${manifest.after}, up to ${manifest.upTo}` : "complete: every event of the organization up to then";
  const extent = manifest.complete
    ? whole
    : `a selection: ${JSON.stringify(manifest.filter)}${manifest.workspaces ? " in the exporter's workspaces" : ""}; events in between may be left out, none of those selected is missing`;
  const proofs = {
    root: `its Merkle root and chain were computed from the file and are those of the signed checkpoint at event ${checkpoint?.size}`,
    chain: `the chain at event ${checkpoint?.size} is that of the signed checkpoint`,
    nothing: checkpoint ? `the file does not reach the signed checkpoint at event ${checkpoint.size}` : "there was no checkpoint yet",
  };
  return [
    `Intact: ${events}`,
    `  organization  ${manifest.organization.name} (${manifest.organization.id})`,
    `  exported      ${manifest.exportedAt} by ${manifest.exportedBy.name}`,
    `  contents      ${extent}`,
    `  checkpoint    ${proofs[report.proved]}`,
    `  signed by     ${key.name}+${key.id}`,
  ].join("\n");
}

function checkBundle(text: string, key: VerifierKey, argumentsFile: string | undefined): void {
  const report = verifyBundle(text, key, argumentsFile === undefined ? undefined : readFileSync(argumentsFile, "utf8").trimEnd());
  console.log(bundleWords(report, key));
  process.exitCode = report.result === "broken" ? 1 : 0;
}

const longestBundle = 64 * 1024 * 1024;

/** The text of a proof bundle; null when the file is none. */
function readBundleFile(file: string): string | null {
  const handle = openSync(file, "r");
  try {
    const start = Buffer.alloc(16);
    readSync(handle, start);
    if (!looksLikeBundle(start.toString("utf8"))) return null;
  } finally {
    closeSync(handle);
  }
  if (statSync(file).size > longestBundle) throw new Error("it is larger than any proof bundle");
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
}

function showProgress(lines: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${lines.toLocaleString("en-US")} lines checked `);
}

const { values, positionals } = (() => {
  try {
    return parseArgs({ allowPositionals: true, options: { key: { type: "string" }, name: { type: "string", default: "countersign" }, arguments: { type: "string" }, help: { type: "boolean" } } });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
})();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const [file, ...others] = positionals;
if (!file || others.length > 0) fail("Name one file.");
if (!values.key) fail("Name the public key with --key. Take it from the audit page, not from the file itself.");

try {
  const key = readKey(values.key, values.name);
  const bundle = readBundleFile(file);
  if (bundle !== null) checkBundle(bundle, key, values.arguments);
  else {
    const report = await verifyFile(file, key, showProgress);
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
    console.log(words(report, key));
    process.exitCode = report.intact ? 0 : 1;
  }
} catch (error) {
  console.error(`The file could not be checked: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
