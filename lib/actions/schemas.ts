import { z } from "zod";
import { riskClasses } from "@/db/schema/agent";
import { actionStatuses, decisionOutcomes } from "@/db/schema/action";
import { cleanText, microsSchema } from "@/lib/text";

export { riskClasses, actionStatuses, decisionOutcomes };
export type RiskClass = (typeof riskClasses)[number];


// Lower case only, so that a rule for crm.export cannot be walked around by CRM.Export.
const toolName = /^[a-z0-9][a-z0-9_-]*(?:[.:/][a-z0-9_-]+)*$/;

/** So many that no sum of them is past what a number holds exactly. */
export const tokensSchema = z.int("must be a whole number").min(0, "must not be negative").max(1_000_000_000, "must be at most 1000000000");

/** What an agent asks to do. `arguments` is what an approval is bound to, byte for byte in canonical form. */
export const SubmitActionInput = z.strictObject({
  tool: z.string().min(1).max(128).regex(toolName, "must be a lower-case name such as sandbox.python, crm.read or write:documents/report"),
  operation: z.string().min(1).max(64).regex(/^[A-Za-z0-9_.-]+$/, "must be a word such as execute or delete").default("execute"),
  resource: cleanText({ min: 0, max: 512 }).default(""),
  arguments: z.record(z.string(), z.json()).default({}),
  estimatedCostMicros: microsSchema,
  /** Tokens of language models, in and out together. Left out: none. */
  estimatedTokens: tokensSchema.optional(),
  declaredRisk: z.enum(riskClasses).optional(),
  purpose: cleanText({ min: 0, max: 1000, lines: true }).default(""),
  /** A lease, as it was handed out: it stands for the yes that would be asked for, or opens a host that no list has. */
  lease: z.string().max(65_536).regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, "must be a compact JWS, as it was handed out").optional(),
});
export type SubmitActionInput = z.infer<typeof SubmitActionInput>;

export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters, without spaces");

/** Largest canonical form of one action's arguments, in bytes. */
export const maxArgumentsBytes = 8 * 1024 * 1024;

/** A narrower request that a person offers to approve. */
const ActionNarrowing = z.object({
  id: z.uuid(),
  /** SHA-256, hexadecimal, of the action as it would be: what accepting names. */
  digest: z.string(),
  amountMicros: z.int(),
  /** How long it may take or be begun; null: as asked. */
  seconds: z.int().nullable(),
  argumentsChanged: z.boolean(),
  reason: z.string(),
});

/** An action as agents and pages see it. */
export const ActionView = z.object({
  id: z.uuid(),
  agentId: z.uuid(),
  tool: z.string(),
  operation: z.string(),
  resource: z.string(),
  purpose: z.string(),
  status: z.enum(actionStatuses),
  decision: z.object({
    outcome: z.enum(decisionOutcomes),
    /** The rule that decided, e.g. `cost.threshold`. */
    rule: z.string(),
    message: z.string(),
    risk: z.enum(riskClasses),
    riskReasons: z.array(z.string()),
  }),
  /** SHA-256, hexadecimal, of the canonical form of agent, tool, operation, resource, arguments and policy version. */
  digest: z.string(),
  policyVersion: z.int(),
  estimatedCostMicros: z.int(),
  actualCostMicros: z.int().nullable(),
  estimatedTokens: z.int(),
  actualTokens: z.int().nullable(),
  approvalId: z.uuid().nullable(),
  runId: z.uuid().nullable(),
  /** What the person who decided wrote: after a rejection, why. */
  decisionReason: z.string().nullable(),
  /** What a person would approve instead; the agent accepts or declines it by its digest. See `GET /actions/{id}/narrowing`. */
  narrowing: ActionNarrowing.nullable(),
  /** Where it stands among the agent's own that wait for their turn, from 1; null where it does not wait. */
  queue: z.object({ position: z.int(), running: z.int(), limit: z.int() }).nullable(),
  outcome: z.record(z.string(), z.unknown()).nullable(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type ActionView = z.infer<typeof ActionView>;
