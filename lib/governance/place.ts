import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { agentTemplate } from "@/db/schema/agent-template";
import { organization, workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { AppError, notFound } from "@/lib/errors";
import { type DocumentKind, type DocumentScope, kinds } from "./kinds";

export const documentPlace = {
  kind: z.enum(Object.keys(kinds) as [DocumentKind, ...DocumentKind[]]),
  scopeType: z.enum(["organization", "workspace", "template"]),
  scopeId: z.uuid(),
};

/** Where a document holds. `workspaceId` null: its rights are the organization's. */
export type DocumentPlace = { kind: DocumentKind; scopeType: DocumentScope; scopeId: string; name: string; workspaceId: string | null; closed: boolean };

/** @throws AppError `not_found`; `invalid_input` when documents of this kind are not made there. */
export async function requirePlace(tx: Tx, organizationId: string, of: { kind: DocumentKind; scopeType: DocumentScope; scopeId: string }): Promise<DocumentPlace> {
  const scopes: readonly DocumentScope[] = kinds[of.kind].scopes;
  if (!scopes.includes(of.scopeType)) throw new AppError("invalid_input", `${kinds[of.kind].label}: is not kept for a ${of.scopeType}, only for ${scopes.join(", ")}.`);
  if (of.scopeType === "organization") {
    const [found] = await tx.select({ name: organization.name }).from(organization).where(eq(organization.id, of.scopeId));
    if (!found || of.scopeId !== organizationId) throw notFound("organization");
    return { ...of, name: found.name, workspaceId: null, closed: false };
  }
  if (of.scopeType === "template") {
    const { name, workspaceId, archivedAt } = agentTemplate;
    const [found] = await tx.select({ name, workspaceId, archivedAt }).from(agentTemplate).where(eq(agentTemplate.id, of.scopeId));
    if (!found) throw notFound("template");
    return { ...of, name: found.name, workspaceId: found.workspaceId, closed: found.archivedAt !== null };
  }
  const [found] = await tx.select({ name: workspace.name }).from(workspace).where(and(eq(workspace.id, of.scopeId), isNull(workspace.archivedAt)));
  if (!found) throw notFound("workspace");
  return { ...of, name: found.name, workspaceId: of.scopeId, closed: false };
}
