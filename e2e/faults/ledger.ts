import type { Action, Submission } from "./agent";

/** One thing that an agent was told is so. It must be so for ever. */
export type Acknowledged =
  | { kind: "decision"; agent: string; key: string; body: Submission; id: string; outcome: string; rule: string; digest: string; approvalId: string | null; runId: string | null }
  | { kind: "approval"; id: string; decision: "approved" | "rejected" }
  | { kind: "grant"; id: string }
  | { kind: "outcome"; id: string; costMicros: number }
  | { kind: "end"; id: string; status: string };

/** How an action must end once everything has come to rest. */
export type Expected = { id: string; status: readonly string[]; costMicros?: number };

/** The players' own book: what was promised to them, and how their stories ought to end. */
export class Ledger {
  acknowledged: Acknowledged[] = [];
  readonly expected: Expected[] = [];
  /** Programs that the runner lost while it was killed; the agent asked for them anew. */
  readonly lost: string[] = [];

  decided(agent: string, key: string, body: Submission, action: Action): void {
    const { id, digest, approvalId, runId } = action;
    this.acknowledged.push({ kind: "decision", agent, key, body, id, digest, approvalId, runId, ...action.decision });
  }
}
