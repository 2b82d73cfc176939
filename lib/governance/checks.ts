import type { Tx } from "@/db/tenant";
import { cedarProblems } from "@/lib/cedar/publishable";
import { checkApprovals } from "@/lib/approval-policies/check";
import { classificationProblems } from "@/lib/classification/problems";
import { gridProblems } from "@/lib/policies/widenings";
import type { DocumentContent, DocumentKind } from "./kinds";
import type { DocumentPlace } from "./place";

/** What is wrong with a document beyond its form. `path`: where, as in `rules.3.tools`; `line` and `column` of a text. */
export type DocumentProblem = { path: string; message: string; line?: number; column?: number };

type Check<K extends DocumentKind> = (tx: Tx, place: DocumentPlace, content: DocumentContent<K>) => Promise<DocumentProblem[]>;

/** What else must hold before a document is published; each problem refuses it. */
export const checks: { readonly [K in DocumentKind]?: Check<K> } = {
  cedar: (_tx, { scopeType, scopeId }, content) => cedarProblems(content, { scopeType: scopeType === "workspace" ? "workspace" : "organization", scopeId }),
  approvals: checkApprovals,
  capabilities: gridProblems,
  classification: async (_tx, _place, content) => classificationProblems(content),
};
