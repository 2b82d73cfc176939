import { inOrder } from "@/lib/actions/globs";
import type { Capability } from "./capability";
import { coversTool, isLevelIncluded, isNarrower, type Layer, policyNumbers, type PolicyNumber, type Source, type SourcedRow } from "./effective";
import { parseRate } from "./rate";

type Part = "mode" | "costCeilingMicros" | "rate" | "paths" | "domains" | "operations";

/** A part of a row that a row above makes idle. `wider`: it says more than is allowed above, so that it reads as what is not so. */
export type IdlePart = { part: Part; above: SourcedRow; wider: boolean };

/** `idle`: nothing of the row has an effect, since rows above say the same or narrower. */
export type RowEffect = { idle: boolean; parts: readonly IdlePart[] };

const lists = ["paths", "domains", "operations"] as const;
const modes: readonly Capability["mode"][] = ["allowed", "approval", "blocked"];

/** What of a row has no effect beside the rows of the levels above it. */
export function effectOfRow(row: Capability, above: readonly SourcedRow[]): RowEffect {
  const over = above.filter((other) => coversTool(other.tool, row.tool));
  const blocked = over.find((other) => other.mode === "blocked");
  const parts: IdlePart[] = [];
  const said: Part[] = ["mode"];
  const stricter = over.reduce<SourcedRow | null>((most, other) => (modes.indexOf(other.mode) > modes.indexOf(most?.mode ?? row.mode) ? other : most), null);
  const mode = stricter ?? over.find((other) => other.mode === row.mode);
  if (mode) parts.push({ part: "mode", above: mode, wider: mode.mode !== row.mode });
  if (row.costCeilingMicros !== null) {
    const ceiling = row.costCeilingMicros;
    said.push("costCeilingMicros");
    const tighter = over.find((other) => other.costCeilingMicros !== null && other.costCeilingMicros <= ceiling);
    if (tighter) parts.push({ part: "costCeilingMicros", above: tighter, wider: tighter.costCeilingMicros !== ceiling });
  }
  if (row.rate !== null) {
    const { rate } = row;
    said.push("rate");
    const slower = over.find((other) => other.rate !== null && isSlower(other.rate, rate));
    if (slower) parts.push({ part: "rate", above: slower, wider: slower.rate !== rate });
  }
  for (const part of lists) {
    const patterns = row[part];
    if (patterns === null) continue;
    said.push(part);
    const narrower = over.find((other) => other[part]?.every((pattern) => patterns.some((own) => covers(part, own, pattern))));
    if (narrower) parts.push({ part, above: narrower, wider: !patterns.every((own) => narrower[part]?.some((pattern) => covers(part, pattern, own))) });
  }
  return { idle: blocked !== undefined || said.every((part) => parts.some((idle) => idle.part === part)), parts };
}

/** The numbers of a layer, its level among them, that change nothing beside what is said above it and are not the same. */
export function widerNumbers(layer: Layer, above: readonly Layer[]): { name: PolicyNumber | "level"; above: Source }[] {
  const found: { name: PolicyNumber | "level"; above: Source }[] = [];
  const { level } = layer.bounds;
  const levels = above.flatMap(({ bounds, source }) => (bounds.level ? [{ level: bounds.level, source }] : []));
  const other = levels.find((said) => said.level !== level);
  if (level && other && isLevelIncluded(level, levels.map((said) => said.level)) && !levels.some((said) => said.level === level)) found.push({ name: "level", above: other.source });
  for (const name of policyNumbers) {
    const own = layer.bounds[name];
    const tighter = above.find(({ bounds }) => bounds[name] !== null && bounds[name] !== undefined && own !== null && own !== undefined && isNarrower(bounds[name], own));
    if (tighter) found.push({ name, above: tighter.source });
  }
  return found;
}

const minutes = { minute: 1, hour: 60, day: 1440 };

/** Whether keeping the first rate keeps the second. */
function isSlower(one: string, other: string): boolean {
  const [kept, asked] = [parseRate(one), parseRate(other)];
  return kept.calls * Math.max(1, minutes[asked.period] / minutes[kept.period]) <= asked.calls;
}

function covers(part: (typeof lists)[number], wider: string, narrower: string): boolean {
  if (part === "paths") return coversPath(wider, narrower);
  if (part === "operations" || wider === narrower || !wider.startsWith("*.")) return wider === narrower;
  // The star stands for one label.
  return !narrower.startsWith("*.") && narrower.slice(narrower.indexOf(".")) === wider.slice(1);
}

/** Paths are compared letter by letter, unlike tools, of which `/` and `.` are the same. */
function coversPath(glob: string, narrower: string): boolean {
  return inOrder(glob.split("*"), narrower.replaceAll("*", "\u0000"));
}
