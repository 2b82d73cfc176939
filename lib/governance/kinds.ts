import type { z } from "zod";
import type { documentKinds, documentScopes } from "@/db/schema/governance";
import { ApprovalsContent, firstApprovals } from "@/lib/approval-policies/content";
import { CedarContent, firstCedar } from "@/lib/cedar/content";
import { ClassificationContent } from "@/lib/classification/content";
import { firstClassification } from "@/lib/classification/first-content";
import { EgressContent, firstEgress } from "@/lib/egress/content";
import { CapabilitiesContent, firstCapabilities } from "@/lib/policies/capabilities-content";

export type DocumentKind = (typeof documentKinds)[number];
export type DocumentScope = (typeof documentScopes)[number];

type Kind<Content> = {
  /** As people call it. */
  label: string;
  schema: z.ZodType<Content>;
  /** What holds where nobody has published anything. */
  first: Content;
  scopes: readonly DocumentScope[];
};

/** THE list of what is published as documents. Pages, publishing and decisions read this one. */
export const kinds = {
  approvals: { label: "Approval policy", schema: ApprovalsContent, first: firstApprovals, scopes: ["organization", "workspace"] },
  capabilities: { label: "Capability grid", schema: CapabilitiesContent, first: firstCapabilities, scopes: ["organization", "workspace", "template"] },
  cedar: { label: "Cedar policies", schema: CedarContent, first: firstCedar, scopes: ["organization", "workspace"] },
  classification: { label: "Classification", schema: ClassificationContent, first: firstClassification, scopes: ["organization"] },
  egress: { label: "Network of agents", schema: EgressContent, first: firstEgress, scopes: ["organization", "workspace", "template"] },
} satisfies Record<DocumentKind, Kind<unknown>>;

export type DocumentContent<K extends DocumentKind> = z.output<(typeof kinds)[K]["schema"]>;
