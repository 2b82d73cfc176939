import { z } from "zod";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { documentPlace, requirePlace } from "@/lib/governance/place";
import { agentUnder, authorizeTrial } from "@/lib/policy-preview/agent-under";
import { draftVersion } from "@/lib/policy-preview/draft";
import { read } from "@/lib/transact";
import { EgressContent, mostDomains } from "./content";
import { type EffectiveEgress, effectiveEgress } from "./effective";
import { type HostStep, normalizeHost } from "./host";
import { judgeHost, type HostVerdict } from "./judge-host";
import { egressLayers, layersAt } from "./layers";
import { type EgressLayer, egressVerdict } from "./verdict";

const lines = z.array(z.string().max(2_000)).max(mostDomains * 2);

/** `draft`: what the level would say, as it is typed; null: what is in force. */
export const TryEgressInput = z.strictObject({
  scopeType: documentPlace.scopeType,
  scopeId: documentPlace.scopeId,
  url: z.string().trim().max(4_000).default(""),
  /** Of which agent it is asked; empty: of any at that level, whose own levels, grids and Cedar policies are not known. */
  agentId: z.uuid().or(z.literal("").transform(() => undefined)).optional(),
  draft: z.strictObject({ allow: lines.nullable(), deny: lines, unlisted: z.enum(["deny", "ask"]).nullable() }).nullable().default(null),
});
export type TryEgressInput = z.output<typeof TryEgressInput>;

export type EgressTrial = {
  /** The draft as it would be kept; null where a line of it is wrong. */
  content: EgressContent | null;
  problems: { path: string; message: string }[];
  /** `levels`: those that were asked, the widest first. */
  tried: { steps: HostStep[]; unicode: string | null; verdict: HostVerdict; levels: Pick<EgressLayer, "scopeType" | "version">[] } | null;
  effective: EffectiveEgress;
};

/** What a level's list, in force or as a draft, together with those above it says of a URL, and of all. */
export async function tryEgress(ctx: PersonCtx, { scopeType, scopeId, url, agentId, draft }: TryEgressInput): Promise<EgressTrial> {
  const layers = await read(ctx, async (tx) => {
    const place = await requirePlace(tx, ctx.organizationId, { kind: "egress", scopeType, scopeId });
    if (place.workspaceId === null) authorizeAnywhere(tx, ctx, "policies", "view");
    else authorize(tx, ctx, "policies", "view", { workspaceId: place.workspaceId });
    return layersAt(tx, ctx.organizationId, place);
  });
  const own = layers.at(-1);
  const parsed = draft ? EgressContent.safeParse(draft) : null;
  const content = parsed ? (parsed.data ?? null) : (own?.content ?? null);
  const tried = layers.map((layer) => (layer === own ? { ...layer, content } : layer));
  const target = url === "" ? null : normalizeHost(url);
  const state = agentId === undefined || target === null ? null : await stateOf(ctx, agentId, { scopeType, scopeId, content }, draft !== null);
  return {
    content,
    problems: parsed?.error?.issues.map(({ path, message }) => ({ path: path.join("."), message })) ?? [],
    tried: target && {
      steps: target.steps,
      unicode: target.ok ? target.unicode : null,
      verdict: state ? judgeHost(state, target, { session: null, part: null, at: new Date() }) : egressVerdict(tried, target),
      levels: (state ? egressLayers(state.documents) : tried).map((layer) => ({ scopeType: layer.scopeType, version: layer.version })),
    },
    effective: effectiveEgress(tried),
  };
}

/** The agent as it is, or as it would be with the draft; a draft that cannot be read lets nothing through. */
async function stateOf(ctx: PersonCtx, agentId: string, { content, ...place }: Pick<EgressLayer, "content"> & Pick<TryEgressInput, "scopeType" | "scopeId">, isDraft: boolean) {
  return read(ctx, async (tx) => {
    await authorizeTrial(tx, ctx, agentId);
    return agentUnder(tx, agentId, isDraft ? { kind: "egress", ...place, version: draftVersion, content } : null);
  });
}
