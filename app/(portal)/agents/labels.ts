import type { AgentStatus } from "@/lib/agents/lifecycle";

/** Kinds of agents, as people call them. */
export const agentKindOptions = [
  { value: "manager", label: "Manager" },
  { value: "coordinator", label: "Coordinator" },
  { value: "analyst", label: "Analyst" },
  { value: "researcher", label: "Researcher" },
  { value: "coder", label: "Coder" },
  { value: "writer", label: "Writer" },
  { value: "creative", label: "Creative" },
] as const;

export const agentStatusOptions = (["draft", "active", "suspended", "retired"] as const satisfies readonly AgentStatus[]).map((value) => ({
  value,
  label: value.charAt(0).toUpperCase() + value.slice(1),
}));

export function agentKindLabel(kind: string): string {
  return agentKindOptions.find((option) => option.value === kind)?.label ?? kind;
}
