import type { DocumentScope } from "@/lib/governance/kinds";
import { requirePlace } from "@/lib/governance/place";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { loadCurrency } from "@/lib/workspaces/load";
import { layersOf, type NamedLayer } from "./layers";

/** What stands above the grid of a place: the organization's, and over a workspace's template its workspace's. */
export async function loadGridsAbove(ctx: PersonCtx, input: { scopeType: DocumentScope; scopeId: string }): Promise<{ above: NamedLayer[]; currency: string }> {
  return read(ctx, async (tx) => {
    const place = await requirePlace(tx, ctx.organizationId, { ...input, kind: "capabilities" });
    if (place.workspaceId === null) authorizeAnywhere(tx, ctx, "policies", "view");
    else authorize(tx, ctx, "policies", "view", { workspaceId: place.workspaceId });
    const currency = await loadCurrency(tx);
    if (place.scopeType === "organization") return { above: [], currency };
    const workspaceId = place.scopeType === "template" ? place.workspaceId : null;
    return { above: await layersOf(tx, { organizationId: ctx.organizationId, workspaceId }), currency };
  });
}
