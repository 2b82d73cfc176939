import { z } from "zod";

/** Anything JSON can carry. */
export type Json = unknown;

/** Text for a `text` column, which cannot hold U+0000. */
const Text = z
  .string()
  .min(1)
  .max(256)
  .refine((text) => !text.includes("\0"), "may not contain U+0000");

const Concurrency = z.strictObject({
  limit: z.number().int().min(1),
  key: z.string().optional(),
  scope: z.enum(["fn", "env", "account"]).optional(),
});

/** One function's configuration as the SDK registers it. Options the engine does not have are refused, not ignored. */
export const FunctionConfig = z.strictObject({
  id: Text,
  name: z.string().optional(),
  triggers: z.array(
    z.union([
      z.strictObject({ event: Text, expression: z.string().optional() }),
      z.strictObject({ cron: z.string().min(1).max(200) }),
    ]),
  ),
  steps: z.strictObject({
    step: z.object({
      runtime: z.object({ type: z.literal("http"), url: z.url({ protocol: /^https?$/ }) }),
      retries: z.object({ attempts: z.number().int().min(0).max(50).optional() }).optional(),
    }),
  }),
  concurrency: z
    .union([z.number().int().min(1), Concurrency, z.array(Concurrency).min(1).max(2)])
    .optional()
    .transform((given) => {
      if (given === undefined) return [];
      if (typeof given === "number") return [{ limit: given }];
      return Array.isArray(given) ? given : [given];
    })
    .pipe(z.array(Concurrency)),
  cancel: z
    .array(z.strictObject({ event: Text, if: z.string().optional(), timeout: z.string().optional() }))
    .default([]),
  idempotency: z.string().optional(),
});
export type FunctionConfig = z.infer<typeof FunctionConfig>;

/** What `PUT /api/inngest` makes the SDK post to `/fn/register`. */
export const Registration = z.object({
  appName: Text,
  functions: z.array(z.unknown()).max(500),
});

/** An event as it is sent to `/e/:key`. */
export const IncomingEvent = z.object({
  id: Text.or(z.literal("")).nullish(),
  name: Text,
  data: z.record(z.string(), z.unknown()).nullish(),
  ts: z.number().int().nonnegative().nullish(),
  user: z.unknown().optional(),
  v: z.string().nullish(),
  meta: z.unknown().optional(),
});
export type IncomingEvent = z.infer<typeof IncomingEvent>;

/** An event as functions see it. */
export interface EngineEvent {
  id: string;
  name: string;
  data: Record<string, unknown>;
  ts: number;
  user?: unknown;
  v?: string;
  meta?: unknown;
}

const operation = { id: Text, name: z.string().nullish(), displayName: z.string().nullish() };
const outcome = { data: z.unknown().optional(), error: z.unknown().optional() };

/** The operations of a 206 answer that the engine carries out. Any other one fails the run, by name. */
export const Operation = z.discriminatedUnion("op", [
  z.object({ ...operation, ...outcome, op: z.literal("StepRun") }),
  z.object({ ...operation, ...outcome, op: z.literal("Step") }),
  z.object({ ...operation, ...outcome, op: z.literal("StepError") }),
  z.object({ ...operation, ...outcome, op: z.literal("StepFailed") }),
  z.object({ ...operation, op: z.literal("StepPlanned") }),
  z.object({ ...operation, op: z.literal("Sleep"), name: z.string() }),
  z.object({
    ...operation,
    op: z.literal("WaitForEvent"),
    name: Text,
    opts: z.object({ timeout: z.string(), if: z.string().nullish() }),
  }),
  z.object({
    ...operation,
    op: z.literal("InvokeFunction"),
    opts: z.object({
      function_id: z.string().min(1),
      payload: z.object({ data: z.record(z.string(), z.unknown()).nullish() }).nullish(),
      timeout: z.string().nullish(),
    }),
  }),
]);
export type Operation = z.infer<typeof Operation>;

/** An error as it stands in a run, in a step and in `inngest/function.failed`. */
export interface RunError {
  name: string;
  message: string;
  [detail: string]: unknown;
}

const ErrorShape = z.looseObject({ name: z.string().optional(), message: z.string().optional(), error: z.string().optional() });

/** Gives whatever was thrown a name and a message. */
export function toRunError(thrown: Json): RunError {
  const parsed = ErrorShape.safeParse(thrown);
  if (!parsed.success) return { name: "Error", message: typeof thrown === "string" ? thrown : "Unknown error" };
  const { name, message, ...rest } = parsed.data;
  return { ...rest, name: name || "Error", message: message || parsed.data.error || "Unknown error" };
}
