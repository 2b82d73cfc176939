import type { CedarBoundary } from "./boundary";
import type { GridRow } from "./compile-grid";
import { evaluatePolicies, type PolicyAnswer } from "./evaluate";
import { compilePolicies, type PolicyPart } from "./policies";
import type { Question } from "./question";

/** Ids that stand for the one agent of these tests and where it is. */
export const places = { organization: "o-1", workspace: "w-1", template: "t-1", agent: "a-1" } as const;

type Changes = { level?: string; tool?: string; boundary?: CedarBoundary; templateId?: string | null } & Partial<Question["context"]>;

/** What an agent asks; by default it uses `crm.read` at level standard for nothing. */
export function question({ level = "standard", tool = "crm.read", boundary, templateId = null, ...context }: Changes = {}): Question {
  return {
    agent: { id: places.agent, kind: "coder", level, ownerId: "p-1", organizationId: places.organization, workspaceId: places.workspace, templateId },
    keyId: "k-1",
    boundary: boundary ?? { action: "tool", resource: { type: "Tool", id: tool } },
    context: { approved: false, tool, operation: "execute", risk: "LOW", costMicros: 0, purposeGiven: true, at: new Date("2026-11-22T10:30:00Z"), ...context },
  };
}

export const row = (tool: string, mode: GridRow["mode"], limits: Partial<GridRow> = {}): GridRow => ({ tool, mode, costCeilingMicros: null, ...limits });

/** A grid that is not published yet, so that tests never meet what another has compiled. */
export const grid = (rows: GridRow[] | null, scopeType: keyof typeof places = "agent"): PolicyPart => ({ kind: "capabilities", scopeType, scopeId: places[scopeType], version: null, rows, currency: "USD" });

export const text = (policies: string | null, scopeType: "organization" | "workspace" = "organization"): PolicyPart => ({ kind: "cedar", scopeType, scopeId: places[scopeType], version: null, text: policies });

export const ask = (parts: readonly PolicyPart[], changes: Changes = {}): PolicyAnswer => evaluatePolicies(compilePolicies(parts), question(changes));
