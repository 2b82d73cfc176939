import { z } from "zod";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { documentPlace, requirePlace } from "@/lib/governance/place";
import { read } from "@/lib/transact";
import { EgressContent, mostDomains } from "./content";
import { type EffectiveEgress, effectiveEgress } from "./effective";
import { type HostStep, normalizeHost } from "./host";
import { layersAt } from "./layers";
import { type EgressLayer, type EgressVerdict, egressVerdict } from "./verdict";

const lines = z.array(z.string().max(2_000)).max(mostDomains * 2);

/** `draft`: what the level would say, as it is typed; null: what is in force. */
export const TryEgressInput = z.strictObject({
  scopeType: documentPlace.scopeType,
  scopeId: documentPlace.scopeId,
  url: z.string().trim().max(4_000).default(""),
  draft: z.strictObject({ allow: lines.nullable(), deny: lines, unlisted: z.enum(["deny", "ask"]).nullable() }).nullable().default(null),
});
export type TryEgressInput = z.output<typeof TryEgressInput>;

export type EgressTrial = {
  /** The draft as it would be kept; null where a line of it is wrong. */
  content: EgressContent | null;
  problems: { path: string; message: string }[];
  /** `levels`: those that were asked, the widest first. */
  tried: { steps: HostStep[]; unicode: string | null; verdict: EgressVerdict; levels: Pick<EgressLayer, "scopeType" | "version">[] } | null;
  effective: EffectiveEgress;
};

/** What a level's list, in force or as a draft, together with those above it says of a URL, and of all. */
export async function tryEgress(ctx: PersonCtx, { scopeType, scopeId, url, draft }: TryEgressInput): Promise<EgressTrial> {
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
  return {
    content,
    problems: parsed?.error?.issues.map(({ path, message }) => ({ path: path.join("."), message })) ?? [],
    tried: target && {
      steps: target.steps,
      unicode: target.ok ? target.unicode : null,
      verdict: egressVerdict(tried, target),
      levels: tried.map((layer) => ({ scopeType: layer.scopeType, version: layer.version })),
    },
    effective: effectiveEgress(tried),
  };
}
