import { and, asc, eq, inArray, isNull, ne, or } from "drizzle-orm";
import { governanceHead } from "@/db/schema/governance";
import { organization, workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { documentsInForce, type Mark } from "@/lib/governance/in-force";
import type { DocumentPlace } from "@/lib/governance/place";
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

export type NamedLayer = ApprovalLayer & { name: string };

const mostLayers = 500;

/** Of which approval policies in force a request can be under besides this one: of a workspace's, the organization's; of the organization's, those of all open workspaces. */
export async function otherLayers(tx: Tx, { workspaceId }: Pick<DocumentPlace, "workspaceId">): Promise<NamedLayer[]> {
  return (await allLayers(tx)).filter(({ scopeType }) => (workspaceId === null) === (scopeType === "workspace"));
}

/** Every approval policy in force, with the name of its place; those of archived workspaces are none. */
export async function allLayers(tx: Tx): Promise<NamedLayer[]> {
  const { kind, scopeType, scopeId, version } = governanceHead;
  const heads = await tx
    .select({ mark: { kind, scopeType, scopeId, version }, organizationId: organization.id, organizationName: organization.name, workspaceName: workspace.name })
    .from(governanceHead)
    .innerJoin(organization, eq(organization.id, governanceHead.organizationId))
    .leftJoin(workspace, and(eq(workspace.id, scopeId), isNull(workspace.archivedAt)))
    .where(and(eq(kind, "approvals"), or(eq(scopeType, "organization"), ne(workspace.name, ""))))
    .orderBy(asc(scopeType), asc(scopeId))
    .limit(mostLayers);
  const [first] = heads;
  const documents = first ? await documentsInForce(tx, first.organizationId, heads.map(({ mark }) => mark)) : [];
  return documents.flatMap((document) => {
    const head = heads.find(({ mark }) => mark.scopeId === document.scopeId);
    if (document.scopeType === "template" || !head) return [];
    const { scopeType: of, scopeId: id, version: at, content } = document;
    return [{ scopeType: of, scopeId: id, version: at, content: content as ApprovalsContent | null, name: head.workspaceName ?? head.organizationName }];
  });
}
