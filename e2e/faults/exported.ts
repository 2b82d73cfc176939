import { writeFileSync } from "node:fs";
import { verifyFile } from "@/lib/audit/file/verify-file";
import { parseVerifierKey } from "@/lib/audit/proof/note";
import type { Person } from "./person";

/** Takes the audit to a file as its reader does, and checks it offline. @returns what is wrong with it, a sentence each. */
export async function problemsOfExport(auditor: Person, file: string): Promise<string[]> {
  writeFileSync(file, await auditor.get("/audit/export?format=jsonl"));
  const report = await verifyFile(file, parseVerifierKey((await auditor.get("/audit/key")).trim()));
  if (!report.intact) return report.problems.map(({ kind, message }) => `the exported audit is not intact: ${kind} ${message}`);
  return report.manifest?.complete ? [] : ["the exported audit is not complete"];
}
