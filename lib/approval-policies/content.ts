import { z } from "zod";
import type { Role } from "@/lib/ability/permissions";
import { cleanText, microsSchema } from "@/lib/text";
import { patternProblem } from "./reason-pattern";
import { askableRoles, mostRules, requestKinds, riskOrder } from "./terms";

const list = <T extends z.ZodType>(of: T, max: number) => z.array(of).min(1, "an empty list would fit nothing; leave it out to fit everything").max(max).nullable();

/** Which requests a rule is about; null: not restricted by this. */
const Match = z.strictObject({
  kinds: list(z.enum(requestKinds), requestKinds.length),
  /** Names or globs, e.g. `payments.*`. */
  tools: list(cleanText({ max: 200 }), 50),
  riskAtLeast: z.enum(riskOrder).nullable(),
  costAtLeastMicros: microsSchema.nullable(),
  workspaceIds: list(z.uuid(), 50),
  agentIds: list(z.uuid(), 50),
});

const People = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("decider") }),
  z.strictObject({ kind: z.literal("role"), role: z.enum(askableRoles as [Role, ...Role[]]) }),
  z.strictObject({ kind: z.literal("person"), personId: z.uuid() }),
  z.strictObject({ kind: z.literal("agent_manager") }),
]);
export type PolicyPeople = z.infer<typeof People>;

const WhoMany = z.strictObject({ count: z.int().min(1, "needs at least one person").max(10), people: z.array(People).min(1, "name who is asked").max(20) });

const Stage = z.strictObject({
  name: cleanText({ max: 80 }),
  /** Any one of them ends the stage. */
  anyOf: z.array(WhoMany).min(1, "needs somebody who is asked").max(4),
  rejections: z.int().min(1).max(10),
});

const Ask = z.strictObject({
  kind: z.literal("ask"),
  stages: z.array(Stage).min(1, "needs a stage").max(5),
  reasonPattern: cleanText({ max: 60 })
    .nullable()
    .superRefine((pattern, ctx) => {
      const problem = pattern === null ? null : patternProblem(pattern);
      if (problem) ctx.addIssue({ code: "custom", message: problem });
    }),
  expiresAfterMinutes: z.int().min(1).max(30 * 24 * 60).nullable(),
  escalations: z.array(z.strictObject({ afterMinutes: z.int().min(1).max(30 * 24 * 60), people: z.array(People).min(1, "name who is asked").max(20) })).max(5),
  delegation: z.boolean(),
  breakGlass: z.array(z.uuid()).max(20),
  ownerMayDecide: z.boolean(),
});

/** What follows where a rule fits. A denial wins over whatever else fits; of the rest the first that fits holds. */
const Answer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("deny"), message: cleanText({ max: 300 }) }),
  z.strictObject({ kind: z.literal("allow"), costAtMostMicros: microsSchema }),
  Ask,
]);
export type PolicyAsk = z.infer<typeof Ask>;

const Rule = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens, at most 40"),
  name: cleanText({ max: 100 }),
  match: Match,
  answer: Answer,
});
export type ApprovalRule = z.infer<typeof Rule>;

/** The content of a document of the kind `approvals`: rules in order. Where none fits, one person who may decide is asked. */
export const ApprovalsContent = z.strictObject({
  rules: z
    .array(Rule)
    .max(mostRules, `at most ${mostRules} rules`)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "two rules have the same id"),
});
export type ApprovalsContent = z.infer<typeof ApprovalsContent>;

/** As long as nobody has said anything else, one person with approvals.decide is asked. */
export const firstApprovals: ApprovalsContent = { rules: [] };
