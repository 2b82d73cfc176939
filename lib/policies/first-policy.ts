// Apart from the schema, since the editor in the browser needs it and not the schema.
import type { PolicyContent } from "./content";

/** What a new agent may do until somebody decides otherwise: ask for sandbox runs, each of which a person approves. */
export const firstPolicy: PolicyContent = {
  level: "strict",
  tools: [{ tool: "sandbox.*", mode: "approval", costCeilingMicros: null }],
  costThresholdMicros: 1_000_000,
  riskThreshold: "HIGH",
  maxRunSeconds: 60,
  maxConcurrentRuns: 2,
  maxConcurrentTasks: 100,
  maxWaitingApprovals: 100,
  approvalTtlSeconds: 86_400,
};
