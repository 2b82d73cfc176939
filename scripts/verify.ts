import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createPublicKey } from "node:crypto";
import { parseVerifierKey, type VerifierKey, verifierKey } from "@/lib/audit/proof/note";
import { type FileReport, verifyFile } from "@/lib/audit/file/verify-file";

const usage = `Checks an exported audit file, offline. Needs no database and no network.

  npm run verify -- <file> --key <public key>

  --key   the key as text (countersign+0123abcd+AQ…), as the audit page shows it, or a file that holds it
  --name  the key's name when the file is a PEM (default: countersign)

The exit code is 0 when the file is intact, 1 when it is not, 2 when it could not be checked.`;

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

function showProgress(lines: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${lines.toLocaleString("en-US")} lines checked `);
}

const { values, positionals } = (() => {
  try {
    return parseArgs({ allowPositionals: true, options: { key: { type: "string" }, name: { type: "string", default: "countersign" }, help: { type: "boolean" } } });
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
  const report = await verifyFile(file, key, showProgress);
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
  console.log(words(report, key));
  process.exitCode = report.intact ? 0 : 1;
} catch (error) {
  console.error(`The file could not be checked: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
