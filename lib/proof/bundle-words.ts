import type { VerifierKey } from "@/lib/audit/proof/note";
import { type Finding, stateOf } from "./link";
import type { BundleReport } from "./verify-bundle";

const results = {
  proven: "PROVEN: every link was checked, and fits",
  whole: "NOTHING IS WRONG, and something could not be checked: see 'not checked'",
  broken: "BROKEN",
};
const states = { ok: "ok", bad: "BROKEN", open: "not whole" };

/** A report for a terminal: each link with what was checked about it. */
export function bundleWords({ result, problem, bundle, links }: BundleReport, key: VerifierKey): string {
  const lines: string[] = [results[result]];
  if (problem) lines.push(`  ${problem}`);
  if (!bundle) return lines.join("\n");
  lines.push(`  request       ${bundle.approval.id} (${bundle.approval.kind}, ${bundle.approval.risk}, ${bundle.approval.status})`);
  lines.push(`  organization  ${clean(bundle.organization.name)} (${bundle.organization.id})`);
  lines.push(`  exported      ${clean(bundle.exportedAt)} by ${clean(bundle.exportedBy.name)}, when the stream had ${bundle.upTo} events`);
  lines.push(`  checked with  ${key.name}+${key.id}`);
  for (const link of links) {
    lines.push("", `${clean(link.title)}: ${states[stateOf(link)]}${link.seq === null ? "" : `  (event ${link.seq}, ${clean(link.at ?? "")})`}`, `  ${clean(link.says)}`);
    lines.push(...link.findings.map(findingWords));
  }
  return lines.join("\n");
}

function findingWords({ what, ok, why }: Finding): string {
  const mark = ok === null ? "not checked" : ok ? "ok" : "BROKEN";
  return `    ${mark.padEnd(12)} ${clean(what)}${why ? `. ${clean(why)}` : ""}`;
}

/** What somebody else wrote cannot move the cursor or hide anything. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");
}
