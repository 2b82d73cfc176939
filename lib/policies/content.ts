import { z } from "zod";
import type { sandboxLevels as storedLevels } from "@/db/schema/agent";
import { cleanText, microsSchema } from "@/lib/text";
import { capabilityRows } from "./capability";
import { riskThresholds } from "./terms";

// The editor in the browser reads this file, so it takes types from the schema and no more.
type Level = (typeof storedLevels)[number];
export const sandboxLevels = ["strict", "standard", "trusted", "isolated"] as const satisfies readonly Level[];

/** The numbers of a policy, each with the bounds that nothing may exceed. */
export const numberSchemas = {
  costThresholdMicros: microsSchema,
  riskThreshold: z.enum(riskThresholds),
  maxRunSeconds: z.int().min(1, "at least 1 second").max(600, "at most 600 seconds"),
  maxConcurrentRuns: z.int().min(1, "at least 1").max(20, "at most 20"),
  maxConcurrentTasks: z.int().min(1, "at least 1").max(1_000, "at most 1000").default(100),
  maxWaitingApprovals: z.int().min(1, "at least 1").max(10_000, "at most 10000"),
  approvalTtlSeconds: z.int().min(60, "at least 60 seconds").max(604_800, "at most 604800 seconds (7 days)"),
};

const count = (most: number) => z.int().min(1, "at least 1").max(most, `at most ${most}`).nullish();

/** How much an agent may use in all, whatever for. Null or left out: not limited. */
export const useLimits = z
  .strictObject({
    apiCallsPerMinute: count(100_000),
    apiCallsPerHour: count(1_000_000),
    tokensPerAction: count(1_000_000_000),
    tokensPerDay: count(100_000_000_000),
    tokensPerMonth: count(1_000_000_000_000),
  })
  .default({});

/** What a person decides about an agent: one version of its policy. */
export const PolicyContent = z.strictObject({
  level: z.enum(sandboxLevels),
  tools: capabilityRows,
  ...numberSchemas,
  limits: useLimits,
});
/** As it is given and as it is stored: a row leaves out what it does not restrict. */
export type PolicyContent = z.input<typeof PolicyContent>;

export const policyNote = cleanText({ min: 0, max: 500, lines: true });
