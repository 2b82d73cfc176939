import { z } from "zod";
import { agentScopes } from "@/lib/ability/permissions";
import { agentName } from "@/lib/agents/input";
import { PolicyContent } from "@/lib/policies/content";
import { cleanText, microsSchema } from "@/lib/text";
import { agentKinds } from "@/db/schema/agent";
import { longestLifeSeconds } from "./limits";

const { shape } = PolicyContent;

/** What an agent asks for its child. What is left out of the policy is as the parent has it. */
export const RequestSpawnInput = z.strictObject({
  name: agentName,
  kind: z.enum(agentKinds),
  purpose: cleanText({ min: 3, max: 1000, lines: true }),
  level: shape.level.optional(),
  tools: shape.tools,
  costThresholdMicros: shape.costThresholdMicros.optional(),
  riskThreshold: shape.riskThreshold.optional(),
  maxRunSeconds: shape.maxRunSeconds.optional(),
  maxConcurrentRuns: shape.maxConcurrentRuns.optional(),
  maxConcurrentTasks: shape.maxConcurrentTasks.unwrap().optional(),
  maxWaitingApprovals: shape.maxWaitingApprovals.optional(),
  limits: shape.limits.unwrap().optional(),
  /** Of the child's key; left out: as the key that asks has them. */
  scopes: z.array(z.enum(agentScopes)).min(1, "choose at least one scope").max(agentScopes.length).optional(),
  /** All that it may spend in its life. */
  budgetMicros: microsSchema,
  lifeSeconds: z.int().min(60, "at least 60 seconds").max(longestLifeSeconds, `at most ${longestLifeSeconds} seconds (30 days)`),
});
export type RequestSpawnInput = z.infer<typeof RequestSpawnInput>;
