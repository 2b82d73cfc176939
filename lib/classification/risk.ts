import type { riskClasses as storedClasses } from "@/db/schema/agent";

// Editors in the browser read this file, so it takes types from the schema and no more.
export const riskClasses = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const satisfies readonly (typeof storedClasses)[number][];
export type RiskClass = (typeof riskClasses)[number];

export function riskRank(risk: RiskClass): number {
  return riskClasses.indexOf(risk);
}
