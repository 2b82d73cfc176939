import type { Tx } from "@/db/tenant";
import type { DocumentInForce } from "@/lib/governance/in-force";
import type { DocumentPlace } from "@/lib/governance/place";
import { headVersion, requireDocument } from "@/lib/governance/stored";
import type { EgressLayer } from "./verdict";

/** The lists among the documents that an agent is under, the widest first, as `documentsInForce` gives them. */
export function egressLayers(documents: readonly DocumentInForce[]): EgressLayer[] {
  return documents.flatMap((document) => {
    if (document.kind !== "egress") return [];
    const { scopeType, scopeId, version, content } = document as DocumentInForce<"egress">;
    return [{ scopeType, scopeId, version, content }];
  });
}

/** What is in force at a place and above it, with levels that say nothing. */
export async function layersAt(tx: Tx, organizationId: string, { scopeType, scopeId, workspaceId }: DocumentPlace): Promise<EgressLayer[]> {
  const levels: Pick<EgressLayer, "scopeType" | "scopeId">[] = [{ scopeType: "organization", scopeId: organizationId }];
  if (workspaceId !== null) levels.push({ scopeType: "workspace", scopeId: workspaceId });
  if (scopeType === "template") levels.push({ scopeType, scopeId });
  const found: EgressLayer[] = [];
  for (const level of levels) {
    const where = { kind: "egress", scopeId: level.scopeId } as const;
    const { version, content } = await requireDocument(tx, where, await headVersion(tx, where));
    found.push({ ...level, version, content });
  }
  return found;
}
