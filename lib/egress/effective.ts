import { hostList } from "./pattern";
import type { EgressLayer } from "./verdict";

type Level = EgressLayer["scopeType"];

/** `by`: the level whose list or denial says so. */
export type EffectiveEgress = {
  /** What is reached, each with the narrowest level that lists it; null: no level has a list, so nothing is. */
  allowed: { pattern: string; by: Level }[] | null;
  denied: { pattern: string; by: Level }[];
  /** Lines that change nothing, since a level above or below does not have them. */
  idle: { pattern: string; at: Level; by: Level }[];
  unlisted: { says: "deny" | "ask"; by: Level | null };
};

/** What all levels say together, the widest given first. A level that cannot be read lets nothing through. */
export function effectiveEgress(layers: readonly EgressLayer[]): EffectiveEgress {
  const idle: EffectiveEgress["idle"] = [];
  let allowed: EffectiveEgress["allowed"] = null;
  for (const { scopeType: at, content } of layers) {
    const own: readonly string[] | null = content ? content.allow : [];
    if (own === null) continue;
    if (allowed === null) {
      allowed = own.map((pattern) => ({ pattern, by: at }));
      continue;
    }
    const above: readonly { pattern: string; by: Level }[] = allowed;
    const inAbove = coverage(above.map(({ pattern }) => pattern));
    const inOwn = coverage(own);
    const bound = above.at(0)?.by ?? "organization";
    const both = own.filter(inAbove).map((pattern) => ({ pattern, by: at }));
    const narrower = above.filter(({ pattern }) => inOwn(pattern) && !own.includes(pattern));
    allowed = [...both, ...narrower.map(({ pattern }) => ({ pattern, by: at }))].sort((one, other) => (one.pattern < other.pattern ? -1 : 1));
    const kept = coverage(own);
    const partly = (pattern: string) => narrower.some((line) => coverage([pattern])(line.pattern));
    idle.push(...own.filter((pattern) => !inAbove(pattern) && !partly(pattern)).map((pattern) => ({ pattern, at, by: bound })));
    idle.push(...above.filter(({ pattern }) => !kept(pattern) && !own.some((line) => coverage([pattern])(line))).map(({ pattern, by }) => ({ pattern, at: by, by: at })));
  }
  const denied = layers.flatMap(({ scopeType, content }) => (content?.deny ?? []).map((pattern) => ({ pattern, by: scopeType })));
  return { allowed, denied, idle, unlisted: unlistedOf(layers) };
}

function unlistedOf(layers: readonly EgressLayer[]): EffectiveEgress["unlisted"] {
  const says = (word: "deny" | "ask") => layers.find(({ content }) => content?.unlisted === word)?.scopeType ?? null;
  const denies = says("deny");
  const asks = says("ask");
  return denies === null && asks !== null ? { says: "ask", by: asks } : { says: "deny", by: denies };
}

/** Whether a list stands for all that a pattern stands for. */
function coverage(patterns: readonly string[]): (pattern: string) => boolean {
  const list = hostList(patterns);
  return (pattern) => patterns.includes(pattern) || (!pattern.startsWith("*") && list(pattern) !== null);
}
