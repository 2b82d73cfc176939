import { formatMicros, parseMoney } from "@/components/ui/money-format";
import type { Capability } from "@/lib/policies/capability";
import { answerFor, effectivePolicy, type Layer, type PolicyNumber, policyNumbers, type Source, type SourcedRow } from "@/lib/policies/effective";
import type { NamedLayer } from "@/lib/policies/layers";
import { rateShape } from "@/lib/policies/rate";
import { limitsInForce, type UseLimitName, useLimitNames } from "@/lib/policies/use-limits";
import { effectOfRow, type IdlePart, widerNumbers } from "@/lib/policies/without-effect";
import { type Draft, type DraftTool, listOf } from "./draft";

/** What is said beside a row. `idle`: nothing of it has an effect. */
export type RowNote = { idle: boolean; notes: readonly string[] };
/** What a level above says of a number. `wider`: what stands in the field has no effect beside it. */
export type NumberNote = { value: string | number; place: string; wider: boolean };
export type Effects = { rows: ReadonlyMap<number, RowNote>; numbers: ReadonlyMap<NumberName, NumberNote> };
export type NumberName = PolicyNumber | UseLimitName | "level";

const own: Source = { scopeType: "agent", scopeId: "", version: 0 };

/** What has no effect beside the levels above. Rows that cannot be read yet are compared by what can be read of them. */
export function effectsOf(draft: Draft, above: readonly NamedLayer[], currency: string): Effects {
  const rows = effectivePolicy(above).rows;
  const place = placeOf(above);
  const notes = new Map(draft.tools.map((row) => [row.id, noteOf(row, rows, place, currency)]));
  const wider = new Set(widerNumbers(layerOf(draft, currency), above).map(({ name }) => name));
  const inherited = effectivePolicy(above);
  const numbers = new Map<NumberName, NumberNote>();
  for (const name of ["level", ...policyNumbers] as const) {
    const { value, source } = inherited[name];
    if (source) numbers.set(name, { value, place: place(source), wider: wider.has(name) });
  }
  const limited = limitsInForce(above);
  for (const name of useLimitNames) {
    const most = limited[name];
    if (most?.source) numbers.set(name, { value: most.value, place: place(most.source), wider: Number(draft.limits[name]) > most.value });
  }
  return { rows: notes, numbers };
}

// A row that is not edited stays the same object, and need not be compared again with every key that is pressed.
const known = new WeakMap<DraftTool, { rows: readonly SourcedRow[]; note: RowNote; key: string }>();

function noteOf(row: DraftTool, rows: readonly SourcedRow[], place: (source: Source) => string, currency: string): RowNote {
  const key = rows.map((each) => `${each.source.scopeId} ${each.source.version}`).join();
  const kept = known.get(row);
  if (kept?.key === key) return kept.note;
  const { idle, parts } = row.tool === "" ? { idle: false, parts: [] } : effectOfRow(rowOf(row, currency), rows);
  const note = { idle, notes: parts.filter(({ wider }) => idle || wider).map((part) => sentenceOf(part, place)) };
  known.set(row, { rows, note, key });
  return note;
}

const partNames: Record<IdlePart["part"], string> = { mode: "mode", costCeilingMicros: "ceiling", rate: "rate", paths: "paths", domains: "domains", operations: "operations" };
const modeSays: Record<Capability["mode"], string> = { allowed: "allows it", approval: "asks a person", blocked: "blocks it" };

function sentenceOf({ part, above, wider }: IdlePart, place: (source: Source) => string): string {
  const where = `${place(above.source)} (${above.tool})`;
  if (part === "mode") return `${wider ? "" : "as here, "}${where} ${modeSays[above.mode]}`.replace(/^(.*) asks a person$/, "asks a person, by $1");
  return `${partNames[part]}: ${wider ? "narrower in" : "the same in"} ${where}`;
}

/** What holds for one tool as the draft stands. */
export function tryTool(draft: Draft, above: readonly NamedLayer[], currency: string, tool: string): { mode: Capability["mode"]; because: string; lines: string[] } {
  const place = placeOf(above);
  const { mode, modeOf, rows } = answerFor(effectivePolicy([...above, layerOf(draft, currency)]), tool.trim());
  const because = modeOf ? `${modeOf.tool} of ${place(modeOf.source)}` : rows.length > 0 ? "the level" : "the level, since no row names it";
  const lines = rows.flatMap((row) => {
    const said = restrictionsOf(row, currency);
    return said.length > 0 ? [`${row.tool} of ${place(row.source)}: ${said.join(", ")}`] : [];
  });
  return { mode, because, lines };
}

/** What a row restricts, in words. */
function restrictionsOf(row: Capability, currency: string): string[] {
  const list = (name: string, patterns: readonly string[] | null) => (patterns === null ? [] : [patterns.length === 0 ? `no ${name} at all` : `${name} ${patterns.join(" ")}`]);
  return [
    ...(row.costCeilingMicros === null ? [] : [`up to ${formatMicros(row.costCeilingMicros, currency)} a call`]),
    ...(row.rate === null ? [] : [row.rate]),
    ...list("paths", row.paths),
    ...list("domains", row.domains),
    ...list("operations", row.operations),
  ];
}

function placeOf(above: readonly NamedLayer[]): (source: Source) => string {
  return (source) => {
    const layer = above.find(({ source: { scopeId } }) => scopeId === source.scopeId);
    return layer ? `${source.scopeType} ${layer.name}` : "this grid";
  };
}

function layerOf(draft: Draft, currency: string): Layer {
  const whole = (text: string) => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : null);
  const bounds = {
    level: draft.level || null,
    riskThreshold: draft.riskThreshold || null,
    costThresholdMicros: micros(draft.costThreshold, currency),
    maxRunSeconds: whole(draft.maxRunSeconds),
    maxConcurrentRuns: whole(draft.maxConcurrentRuns),
    maxWaitingApprovals: whole(draft.maxWaitingApprovals),
    approvalTtlSeconds: whole(draft.approvalTtlSeconds),
  };
  return { source: own, tools: draft.tools.filter(({ tool }) => tool !== "").map((row) => rowOf(row, currency)), bounds };
}

function rowOf(row: DraftTool, currency: string): Capability {
  const rate = row.rate?.trim() ?? "";
  return {
    tool: row.tool.trim(),
    mode: row.mode,
    costCeilingMicros: micros(row.ceiling, currency),
    rate: rateShape.test(rate) ? rate : null,
    paths: listOf(row.paths),
    domains: listOf(row.domains),
    operations: listOf(row.operations),
  };
}

function micros(text: string, currency: string): number | null {
  const amount = text.trim() === "" ? null : parseMoney(text, currency);
  return amount === null ? null : Number(amount);
}
