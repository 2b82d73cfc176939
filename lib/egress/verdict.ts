import { addressRange, isPublicAddress } from "./address";
import type { EgressContent } from "./content";
import { isPrivateName, normalizeHost, type ReadHost } from "./host";
import { hostList, type HostList } from "./pattern";

/** The list of one level. `content` null: it cannot be read, so nothing is reached. A session's is what a lease names. */
export type EgressLayer = { scopeType: "organization" | "workspace" | "template" | "session"; scopeId: string; version: number; content: EgressContent | null };
export type EgressSource = Pick<EgressLayer, "scopeType" | "scopeId" | "version">;

export type EgressVerdict = {
  outcome: "allow" | "ask" | "deny";
  /** `egress.allowed`, `egress.not_listed`, … */
  rule: string;
  message: string;
  /** In its one form; null: it cannot be read. */
  host: string | null;
  /** The level that decided; null: what always holds, or that no level lists anything. */
  source: EgressSource | null;
  /** The line of its list. */
  pattern: string | null;
};

type Lists = { allow: HostList | null; deny: HostList };

// A version in force stays the same object for as long as it is kept, and so does what was made of it.
const made = new WeakMap<EgressContent, Lists>();

function listsOf(content: EgressContent): Lists {
  let lists = made.get(content);
  if (!lists) made.set(content, (lists = { allow: content.allow && hostList(content.allow), deny: hostList(content.deny) }));
  return lists;
}

/**
 * Whether an agent may reach a host. `layers`: the widest first. Denied unless listed; a level's list bounds those below it, so
 * that lower levels only narrow, and a level without a list leaves it to the others; an explicit deny at any level wins, also over a lease; names
 * and addresses of private networks are never reached. See docs/decisions/0023-network-for-agents.md.
 */
export function egressVerdict(layers: readonly EgressLayer[], target: string | ReadHost): EgressVerdict {
  const read = typeof target === "string" ? normalizeHost(target) : target;
  if (!read.ok) return verdict("deny", "egress.unreadable", `The address ${read.problem}.`, null);
  const { host, kind } = read;
  const unreadable = layers.find(({ content }) => content === null);
  if (unreadable) return verdict("deny", "egress.policy_unreadable", `The network list of the ${unreadable.scopeType} cannot be read, so nothing is reached.`, host, unreadable);
  if (kind !== "name" && !isPublicAddress(host)) return verdict("deny", "egress.private_address", `${host} is not an address of the public internet (${addressRange(host)}).`, host);
  if (kind === "name" && isPrivateName(host)) return verdict("deny", "egress.private_name", `${host} is a name of a private network.`, host);
  for (const layer of layers) {
    const pattern = layer.content && listsOf(layer.content).deny(host);
    if (pattern) return verdict("deny", "egress.denied", `The ${layer.scopeType} denies ${pattern}.`, host, layer, pattern);
  }
  return listed(layers, host);
}

function listed(layers: readonly EgressLayer[], host: string): EgressVerdict {
  const leased = allowing(layers.filter(({ scopeType }) => scopeType === "session"), host).find(({ pattern }) => pattern !== null);
  if (leased) return verdict("allow", "egress.lease", `A lease allows ${leased.pattern}.`, host, leased.layer, leased.pattern);
  const standing = layers.filter(({ scopeType }) => scopeType !== "session");
  const lists = allowing(standing, host);
  const missing = lists.find(({ pattern }) => pattern === null);
  const narrowest = lists.at(-1);
  if (!missing && narrowest) return verdict("allow", "egress.allowed", `The ${narrowest.layer.scopeType} allows ${narrowest.pattern}.`, host, narrowest.layer, narrowest.pattern);
  const says = missing ? `${host} is not on the network list of the ${missing.layer.scopeType}` : `No level has a network list, so ${host} is not on one`;
  const asks = standing.filter(({ content }) => content?.unlisted === "ask");
  const [asking] = standing.some(({ content }) => content?.unlisted === "deny") ? [] : asks;
  return asking
    ? verdict("ask", "egress.not_listed", `${says}; a person must approve it.`, host, missing?.layer ?? asking)
    : verdict("deny", "egress.not_listed", `${says}.`, host, missing?.layer);
}

/** The levels that have a list of what is allowed, with the line of it that stands for the host. */
function allowing(layers: readonly EgressLayer[], host: string): { layer: EgressLayer; pattern: string | null }[] {
  return layers.flatMap((layer) => {
    const allow = layer.content && listsOf(layer.content).allow;
    return allow ? [{ layer, pattern: allow(host) }] : [];
  });
}

function verdict(outcome: EgressVerdict["outcome"], rule: string, message: string, host: string | null, layer?: EgressLayer, pattern: string | null = null): EgressVerdict {
  const source = layer ? { scopeType: layer.scopeType, scopeId: layer.scopeId, version: layer.version } : null;
  return { outcome, rule, message, host, source, pattern };
}
