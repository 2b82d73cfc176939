import type { documentScopes } from "@/db/schema/governance";
import type { riskClasses, sandboxLevels, ToolCapability, UseLimits } from "@/db/schema/agent";
import { globs } from "@/lib/actions/globs";
import { completeRow } from "./complete-row";
import type { Capability } from "./capability";
import { firstPolicy } from "./first-policy";
import type { PolicyContent } from "./content";

type Level = (typeof sandboxLevels)[number];

/** Where something was said, in which version. */
export type Source = { scopeType: (typeof documentScopes)[number] | "agent"; scopeId: string; version: number };

/** What one level says: the grid of an organization, workspace or template, or an agent's own policy. A bound that is null or left out says nothing. */
export type Layer = { source: Source; tools: readonly ToolCapability[]; bounds: Partial<Bounds>; limits?: UseLimits | undefined };

type Bounds = { [N in "level" | PolicyNumber]: PolicyContent[N] | null };

/** The numbers of a policy, by name. */
export const policyNumbers = ["costThresholdMicros", "maxRunSeconds", "maxConcurrentRuns", "maxWaitingApprovals", "approvalTtlSeconds", "riskThreshold"] as const satisfies readonly (keyof PolicyContent)[];
export type PolicyNumber = (typeof policyNumbers)[number];

/** A value with where it comes from; null: nobody said any, and what a new agent begins with holds. */
export type From<T> = { value: T; source: Source | null };

export type SourcedRow = Capability & { source: Source };

export type EffectivePolicy = { [N in PolicyNumber]: From<PolicyContent[N]> } & {
  /** The strictest levels: strict and isolated do not include one another, so both can hold. Each of them is to be asked. */
  levels: readonly Level[];
  /** The one to name where there is room for one. */
  level: From<Level>;
  /** Every row of every level, the widest level first. All that match a tool hold. */
  rows: readonly SourcedRow[];
};

/** The layer of an agent's own policy. */
export function agentLayer(agentId: string, version: number, policy: PolicyContent): Layer {
  const { tools, limits, ...bounds } = policy;
  return { source: { scopeType: "agent", scopeId: agentId, version }, tools, bounds, limits };
}

/**
 * What holds for an agent, from the layers above it and its own: the narrowest number and every row, each with where it comes
 * from, so that a lower layer only narrows. `layers`: the widest first; of equals the widest is named.
 */
export function effectivePolicy(layers: readonly Layer[]): EffectivePolicy {
  const narrow = <N extends PolicyNumber>(name: N) => narrowest(layers, name);
  const said = layers.flatMap(({ source, bounds }) => (bounds.level ? [{ value: bounds.level, source }] : []));
  const levels = strictest(said.map(({ value }) => value));
  const [first] = levels;
  return {
    levels,
    level: said.find(({ value }) => value === first) ?? { value: first ?? firstPolicy.level, source: null },
    costThresholdMicros: narrow("costThresholdMicros"),
    riskThreshold: narrow("riskThreshold"),
    maxRunSeconds: narrow("maxRunSeconds"),
    maxConcurrentRuns: narrow("maxConcurrentRuns"),
    maxWaitingApprovals: narrow("maxWaitingApprovals"),
    approvalTtlSeconds: narrow("approvalTtlSeconds"),
    rows: layers.flatMap(({ source, tools }) => tools.map((row) => ({ ...completeRow(row), source }))),
  };
}

const risks: readonly (typeof riskClasses)[number][] = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];

/** Whether the first of two values of a number is the narrower one. Less is narrower, of risks too: a person is asked earlier. */
export function isNarrower<N extends PolicyNumber>(one: PolicyContent[N], other: PolicyContent[N]): boolean {
  return rank(one) < rank(other);
}

function rank(value: PolicyContent[PolicyNumber]): number {
  return typeof value === "number" ? value : risks.indexOf(value);
}

function narrowest<N extends PolicyNumber>(layers: readonly Layer[], name: N): From<PolicyContent[N]> {
  let found: From<PolicyContent[N]> | null = null;
  for (const { source, bounds } of layers) {
    const value = bounds[name] as PolicyContent[N] | null | undefined;
    if (value !== null && value !== undefined && (found === null || isNarrower(value, found.value))) found = { value, source };
  }
  return found ?? { value: firstPolicy[name], source: null };
}

/** trusted includes standard, which includes strict as well as isolated. Nothing said: strict. */
function strictest(said: readonly Level[]): Level[] {
  const both = (["isolated", "strict"] as const).filter((level) => said.includes(level));
  if (both.length > 0) return both;
  const [widest] = (["standard", "trusted"] as const).filter((level) => said.includes(level));
  return [widest ?? firstPolicy.level];
}

/** Whether a level in force adds nothing to what is said above it. */
export function isLevelIncluded(level: Level, above: readonly Level[]): boolean {
  if (above.length === 0) return false;
  const together = strictest([...above, level]);
  return together.length === strictest(above).length && together.every((one) => strictest(above).includes(one));
}

export type ToolAnswer = {
  /** The rows that hold for it. */
  rows: readonly SourcedRow[];
  mode: Capability["mode"];
  /** The row that says so; null: the level does. */
  modeOf: SourcedRow | null;
  ceiling: SourcedRow | null;
};

/** What the grids and levels say of one tool by name, or of all tools of a glob. Rates and restrictions of all its rows hold together. */
export function answerFor(policy: Pick<EffectivePolicy, "rows" | "levels">, tool: string): ToolAnswer {
  const rows = policy.rows.filter((row) => coversTool(row.tool, tool));
  const named = (mode: Capability["mode"]) => rows.find((row) => row.mode === mode) ?? null;
  const ceiling = rows.reduce<SourcedRow | null>((least, row) => (row.costCeilingMicros !== null && row.costCeilingMicros < (least?.costCeilingMicros ?? Infinity) ? row : least), null);
  const answer = (mode: Capability["mode"], modeOf: SourcedRow | null): ToolAnswer => ({ rows, mode, modeOf, ceiling });
  const inSandbox = coversTool("sandbox.*", tool);
  if (named("blocked")) return answer("blocked", named("blocked"));
  if (policy.levels.includes("isolated") && (!inSandbox || rows.length === 0)) return answer("blocked", null);
  if (named("approval")) return answer("approval", named("approval"));
  if (policy.levels.includes("strict")) return answer("approval", null);
  if (rows.length > 0) return answer("allowed", named("allowed"));
  return answer(policy.levels.includes("trusted") ? "allowed" : "approval", null);
}

/**
 * Whether every tool that a glob (or name) stands for is one of another glob's. A star of the narrower one stands for a letter
 * that no other sign of a glob can be, so that only a star takes it.
 */
export function coversTool(glob: string, narrower: string): boolean {
  return globs([glob])(narrower.replaceAll("*", "\u0000"));
}
