import { z } from "zod";
import { capabilityRows } from "./capability";
import { numberSchemas, sandboxLevels, useLimits } from "./content";

const nothing = {
  level: null,
  riskThreshold: null,
  costThresholdMicros: null,
  maxRunSeconds: null,
  maxConcurrentRuns: null,
  maxWaitingApprovals: null,
  approvalTtlSeconds: null,
};

/**
 * The grid of an organization, a workspace or a template: rows of tools, and bounds on what the policies of its agents may
 * say. A bound only narrows: the agents are at this level or a stricter one, ask from this risk or cost on at the latest,
 * and run no longer than this. Null says nothing.
 */
export const CapabilitiesContent = z.strictObject({
  tools: capabilityRows,
  bounds: z
    .strictObject({
      level: z.enum(sandboxLevels).nullable().default(null),
      riskThreshold: numberSchemas.riskThreshold.nullable().default(null),
      costThresholdMicros: numberSchemas.costThresholdMicros.nullable().default(null),
      maxRunSeconds: numberSchemas.maxRunSeconds.nullable().default(null),
      maxConcurrentRuns: numberSchemas.maxConcurrentRuns.nullable().default(null),
      maxWaitingApprovals: numberSchemas.maxWaitingApprovals.nullable().default(null),
      approvalTtlSeconds: numberSchemas.approvalTtlSeconds.nullable().default(null),
    })
    .default(nothing),
  limits: useLimits,
});
export type CapabilitiesContent = z.output<typeof CapabilitiesContent>;

/** What holds until somebody decides: nothing is said above the single agent, whose own policy is strict at first. */
export const firstCapabilities: CapabilitiesContent = { tools: [], bounds: nothing, limits: {} };
