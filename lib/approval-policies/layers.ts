import { and, asc, eq, inArray } from "drizzle-orm";
import { governanceHead } from "@/db/schema/governance";
import { organization } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { documentsInForce, type Mark } from "@/lib/governance/in-force";
import type { ApprovalsContent } from "./content";
import type { ApprovalLayer } from "./plan";

/** The approval policies that a request of this workspace (null: of the organization itself) is under, the organization's first. */
export async function approvalLayers(tx: Tx, workspaceId: string | null): Promise<ApprovalLayer[]> {
  const [org] = await tx.select({ id: organization.id }).from(organization);
  if (!org) return [];
  const marks: Mark[] = await tx
    .select({ kind: governanceHead.kind, scopeType: governanceHead.scopeType, scopeId: governanceHead.scopeId, version: governanceHead.version })
    .from(governanceHead)
    .where(and(eq(governanceHead.kind, "approvals"), inArray(governanceHead.scopeId, workspaceId ? [org.id, workspaceId] : [org.id])))
    .orderBy(asc(governanceHead.scopeType));
  const documents = await documentsInForce(tx, org.id, marks);
  return documents.flatMap(({ scopeType, scopeId, version, content }) =>
    scopeType === "template" ? [] : [{ scopeType, scopeId, version, content: content as ApprovalsContent | null }],
  );
}
