import { log } from "@/lib/log";
import type { BoundaryAction } from "./boundary";
import { areaOfTool, compilePolicy, type CompiledPolicy, type PolicySource, ranks } from "./compiled";
import { compileGrid, type GridRow } from "./compile-grid";
import { compileLevels } from "./compile-levels";
import { compileText } from "./compile-text";
import type { PolicyJson } from "./policy-json";
import { readPolicies } from "./read-policies";

/** One document as it stands, or what is proposed for it (`version` null, which is not remembered). */
export type PolicyPart =
  | { kind: "capabilities"; scopeType: PolicySource["scopeType"]; scopeId: string; version: number | null; rows: readonly GridRow[] | null; currency: string }
  | { kind: "cedar"; scopeType: "organization" | "workspace"; scopeId: string; version: number | null; text: string | null };

type CompiledPart = {
  policies: readonly CompiledPolicy[];
  /** Where nothing can be said since the document cannot be read. */
  unreadable: PolicySource | null;
};

/** All policies that an agent is under, sorted by what they are about. */
export type CompiledPolicies = {
  unreadable: PolicySource | null;
  all: readonly CompiledPolicy[];
  /** Those that can be about a tool at a boundary, the widest scope first. */
  candidates: (action: BoundaryAction, tool: string) => readonly CompiledPolicy[];
};

const mostParts = 5_000;
const mostSets = 2_000;
const mostSlices = 500;

type Kept = { part: PolicyPart; compiled: CompiledPart };
const keptParts = new Map<string, Kept>();
const keptSets = new Map<string, { parts: readonly CompiledPart[]; compiled: CompiledPolicies }>();

/**
 * What the documents of one agent say together, the widest scope first. It is kept as long as it is used; what is compiled once
 * of an organization's document serves all of its agents. A document that cannot be read (null, or not valid) denies everything.
 */
export function compilePolicies(parts: readonly PolicyPart[]): CompiledPolicies {
  const compiled = [levels(), ...parts.map(compiledPart)];
  const key = parts.map(keyOf).join(" ");
  const kept = keptSets.get(key);
  if (kept && kept.parts.length === compiled.length && kept.parts.every((part, at) => part === compiled[at])) return touch(keptSets, key, kept, mostSets).compiled;
  const set = combine(compiled);
  if (parts.every((part) => part.version !== null)) touch(keptSets, key, { parts: compiled, compiled: set }, mostSets);
  return set;
}

function keyOf({ kind, scopeType, scopeId, version }: PolicyPart): string {
  return `${kind}/${scopeType}/${scopeId}/${version}`;
}

function compiledPart(part: PolicyPart): CompiledPart {
  if (part.version === null) return compilePart(part);
  const key = keyOf(part);
  const kept = keptParts.get(key);
  // The same version says the same; compared all the same, so that nothing can be decided by what somebody only tried.
  if (kept && sameContent(kept.part, part)) return touch(keptParts, key, kept, mostParts).compiled;
  return touch(keptParts, key, { part, compiled: compilePart(part) }, mostParts).compiled;
}

/** Puts it last, and lets go of what was not used for longest. */
function touch<T>(kept: Map<string, T>, key: string, value: T, most: number): T {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(oldest);
  }
  return value;
}

function sameContent(one: PolicyPart, other: PolicyPart): boolean {
  if (one.kind === "cedar" || other.kind === "cedar") return one.kind === other.kind && "text" in one && "text" in other && one.text === other.text;
  if (one.currency !== other.currency) return false;
  return one.rows === other.rows || JSON.stringify(one.rows) === JSON.stringify(other.rows);
}

let portalsOwn: CompiledPart | null = null;

function levels(): CompiledPart {
  const source: PolicySource = { kind: "levels", scopeType: "agent", scopeId: "", version: null };
  portalsOwn ??= { policies: compileLevels().map((policy) => compileNamed(policy, source)), unreadable: null };
  return portalsOwn;
}

function compilePart(part: PolicyPart): CompiledPart {
  const source: PolicySource = { kind: part.kind, scopeType: part.scopeType, scopeId: part.scopeId, version: part.version };
  try {
    if (part.kind === "capabilities") {
      if (part.rows === null) return { policies: [], unreadable: source };
      return { policies: compileGrid({ type: part.scopeType, id: part.scopeId }, part.rows, part.currency).map((policy) => compileNamed(policy, source)), unreadable: null };
    }
    if (part.text === null) return { policies: [], unreadable: source };
    return { policies: readPolicies(part.text).map((policy) => compileText(policy, source)), unreadable: null };
  } catch (error) {
    log.error({ err: error, ...source }, "a policy cannot be read: everything under it is denied");
    return { policies: [], unreadable: source };
  }
}

/** The rules of compiled rows and levels keep the names that they always had. */
function compileNamed(policy: PolicyJson, source: PolicySource): CompiledPolicy {
  const id = policy.annotations?.id ?? "";
  const [rule = id] = id.split(":", 1);
  return compilePolicy(policy, { id, rule, message: policy.annotations?.message ?? "", rank: ranks.indexOf(rule), source });
}

function combine(parts: readonly CompiledPart[]): CompiledPolicies {
  const all = parts.flatMap(({ policies }) => policies);
  const byArea = new Map<string | null, CompiledPolicy[]>();
  all.forEach((policy) => byArea.set(policy.area, [...(byArea.get(policy.area) ?? []), policy]));
  const order = new Map(all.map((policy, at) => [policy, at]));
  const slices = new Map<string, readonly CompiledPolicy[]>();
  const candidates = (action: BoundaryAction, tool: string): readonly CompiledPolicy[] => {
    const area = areaOfTool(tool);
    const key = byArea.has(area) ? `${action} ${area}` : action;
    const kept = slices.get(key);
    if (kept) return kept;
    const found = [...(byArea.get(null) ?? []), ...(byArea.get(area) ?? [])].filter(({ actions }) => actions.has(action));
    return touch(slices, key, found.sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0)), mostSlices);
  };
  return { unreadable: parts.find(({ unreadable }) => unreadable)?.unreadable ?? null, all, candidates };
}
