import type { agentStatuses } from "@/db/schema/agent";

export type AgentStatus = (typeof agentStatuses)[number];

/** Which status follows which. Retired is the end. */
export const nextStatuses: Record<AgentStatus, readonly AgentStatus[]> = {
  draft: ["active", "retired"],
  active: ["suspended", "retired"],
  suspended: ["active", "retired"],
  retired: [],
};
