import { organization } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import type { DocumentProblem } from "@/lib/governance/checks";
import type { DocumentPlace } from "@/lib/governance/place";
import { headVersion, requireDocument } from "@/lib/governance/stored";
import { AppError } from "@/lib/errors";
import type { Capability } from "./capability";
import type { CapabilitiesContent } from "./capabilities-content";
import { completeRow } from "./complete-row";
import { effectivePolicy, type Layer, type PolicyNumber } from "./effective";
import { layersOf, type NamedLayer } from "./layers";
import { effectOfRow, type IdlePart, widerNumbers } from "./without-effect";

/**
 * What somebody newly writes at a level that a level above does not let through, in words. What stood there already is left: the
 * level above may have become narrower since, and saying so is no reason to refuse another change.
 */
export function widenings(next: Layer, before: Layer, above: readonly NamedLayer[]): DocumentProblem[] {
  if (above.length === 0) return [];
  const rows = effectivePolicy(above).rows;
  const known = new Set(before.tools.map((row) => JSON.stringify(completeRow(row))));
  const place = ({ source }: { source: { scopeId: string } }) => {
    const layer = above.find((one) => one.source.scopeId === source.scopeId);
    return layer ? `the ${layer.source.scopeType} ${layer.name}` : "a level above";
  };
  const ofRows = next.tools.flatMap((given, at) => {
    const row = completeRow(given);
    if (known.has(JSON.stringify(row))) return [];
    return effectOfRow(row, rows).parts.filter(({ wider }) => wider).map((part) => ({ path: `tools.${at}`, message: `${row.tool} ${saidBy(row, part)}, and ${place(part.above)} ${saidAbove(part)} (${part.above.tool}). A level below can only narrow that.` }));
  });
  const ofNumbers = widerNumbers(next, above)
    .filter(({ name }) => next.bounds[name] !== before.bounds[name])
    .map(({ name, above: source }) => ({ path: `bounds.${name}`, message: `${numberNames[name]} would be wider than ${place({ source })} lets it be. A level below can only narrow that.` }));
  return [...ofRows, ...ofNumbers];
}

const modes: Record<Capability["mode"], [here: string, above: string]> = { allowed: ["would be allowed", "allows it"], approval: ["would ask a person", "asks a person for it"], blocked: ["would be blocked", "blocks it"] };
const parts = { costCeilingMicros: "ceiling", rate: "rate", paths: "paths", domains: "domains", operations: "operations" } as const;

function saidBy(row: Capability, { part }: IdlePart): string {
  return part === "mode" ? modes[row.mode][0] : `would have wider ${parts[part]} here`;
}

function saidAbove({ part, above }: IdlePart): string {
  return part === "mode" ? modes[above.mode][1] : `has narrower ${parts[part]}`;
}

const numberNames: Record<PolicyNumber | "level", string> = {
  level: "The level",
  riskThreshold: "The risk from which a person is asked",
  costThresholdMicros: "The cost from which a person is asked",
  maxRunSeconds: "The longest run",
  maxConcurrentRuns: "The number of runs at once",
  maxWaitingApprovals: "The number of requests that may wait",
  approvalTtlSeconds: "The time that approvals stay open",
};

/** What a grid newly says that the grids above it do not let through. */
export async function gridProblems(tx: Tx, { scopeType, scopeId, workspaceId }: DocumentPlace, content: CapabilitiesContent): Promise<DocumentProblem[]> {
  const [org] = await tx.select({ id: organization.id }).from(organization);
  if (scopeType === "organization" || !org) return [];
  const above = await layersOf(tx, { organizationId: org.id, workspaceId: scopeType === "template" ? workspaceId : null });
  const where = { kind: "capabilities", scopeId } as const;
  const before = await requireDocument(tx, where, await headVersion(tx, where));
  const source = { scopeType, scopeId, version: 0 };
  return widenings({ source, ...content }, { source, ...before.content }, above);
}

/** @throws AppError `invalid_input` where an agent's policy newly says what the levels above it do not let through. */
export async function requireNarrower(tx: Tx, agent: { id: string; organizationId: string; workspaceId: string; templateId: string | null }, next: Omit<Layer, "source">, before: Omit<Layer, "source">): Promise<void> {
  const source = { scopeType: "agent", scopeId: agent.id, version: 0 } as const;
  const problems = widenings({ source, ...next }, { source, ...before }, await layersOf(tx, agent));
  const [first] = problems;
  if (!first) return;
  throw new AppError("invalid_input", `${first.message}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ""}`, { extensions: { problems: problems.slice(0, 100) } });
}
