import type { VerifierKey } from "@/lib/audit/proof/note";
import { openBundle, type ProofBundle } from "./bundle";
import { checkChain } from "./check";
import { checkRecord } from "./check-record";
import { type Link, stateOf } from "./link";

/** `proven`: everything fits and nothing is missing. `whole`: nothing is wrong, and something could not be checked. */
export type BundleReport = { result: "proven" | "whole" | "broken"; problem: string | null; bundle: ProofBundle | null; links: Link[] };

const problems = {
  malformed: "The file is not a proof bundle, or was changed so that it cannot be read.",
  wrong_key: "The file is signed by another key than the one that was given.",
  bad_signature: "The signature does not fit: the file was changed after it was signed.",
  bytes: "The file was cut off after its signature.",
};

/** Checks a bundle without the portal: its signature, and then every link, also where the signature fails, to say where it was changed. */
export function verifyBundle(file: string, key: VerifierKey, argumentsText?: string): BundleReport {
  const { bundle, problem } = openBundle(file, key);
  if (!bundle) return { result: "broken", problem: problems.malformed, bundle, links: [] };
  const links = [...checkChain(bundle, { arguments: argumentsText }), checkRecord(bundle, key)];
  const states = links.map(stateOf);
  const result = problem || states.includes("bad") ? "broken" : links.some(({ findings }) => findings.some(({ ok }) => ok === null)) ? "whole" : "proven";
  return { result, problem: problem && problems[problem], bundle, links };
}
