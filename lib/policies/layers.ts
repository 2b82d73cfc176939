import { and, eq, inArray } from "drizzle-orm";
import { agentTemplate } from "@/db/schema/agent-template";
import { governanceHead } from "@/db/schema/governance";
import { organization, workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { documentsInForce } from "@/lib/governance/in-force";
import type { Layer } from "./effective";

/** A layer with what its place is called. `unreadable`: nothing can be said of it, and its agents are denied everything. */
export type NamedLayer = Layer & { name: string; unreadable: boolean };

type Above = { organizationId: string; workspaceId?: string | null; templateId?: string | null };

/** The grids of these places that somebody published, the widest first. */
export async function layersOf(tx: Tx, { organizationId, workspaceId, templateId }: Above): Promise<NamedLayer[]> {
  const scopes = [organizationId, workspaceId, templateId].filter((id) => id !== null && id !== undefined);
  const heads = await tx
    .select({ scopeType: governanceHead.scopeType, scopeId: governanceHead.scopeId, version: governanceHead.version })
    .from(governanceHead)
    .where(and(eq(governanceHead.kind, "capabilities"), inArray(governanceHead.scopeId, scopes)));
  const documents = await documentsInForce(tx, organizationId, heads.map((head) => ({ ...head, kind: "capabilities" as const })));
  const names = new Map([
    ...(await tx.select({ id: organization.id, name: organization.name }).from(organization).where(inArray(organization.id, scopes))).map(({ id, name }) => [id, name] as const),
    ...(await tx.select({ id: workspace.id, name: workspace.name }).from(workspace).where(inArray(workspace.id, scopes))).map(({ id, name }) => [id, name] as const),
    ...(await tx.select({ id: agentTemplate.id, name: agentTemplate.name }).from(agentTemplate).where(inArray(agentTemplate.id, scopes))).map(({ id, name }) => [id, name] as const),
  ]);
  return documents.flatMap((document) => {
    if (document.kind !== "capabilities") return [];
    const { scopeType, scopeId, version } = document;
    const said = document.content as { tools: Layer["tools"]; bounds: Layer["bounds"]; limits: Layer["limits"] } | null;
    return [{ source: { scopeType, scopeId, version }, name: names.get(scopeId) ?? "Unknown", unreadable: said === null, tools: said?.tools ?? [], bounds: said?.bounds ?? {}, limits: said?.limits }];
  });
}
