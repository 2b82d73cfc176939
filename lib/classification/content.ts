import { z } from "zod";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { toolGlob } from "@/lib/policies/glob";
import { cleanText } from "@/lib/text";
import { riskClasses } from "./risk";

export const mostRules = 200;
const mostPatterns = 50;
const largestArguments = 8_192;

const toolGlobs = z.array(toolGlob).min(1, "needs at least one tool").max(mostPatterns, `at most ${mostPatterns} tools`);
const operationGlobs = z
  .array(z.string().trim().min(1).max(64).regex(/^[A-Za-z0-9_.*-]+$/, "must be a word such as delete, or drop*"))
  .min(1, "needs at least one operation, or none of the rule is about operations")
  .max(mostPatterns, `at most ${mostPatterns} operations`);
const pattern = cleanText({ max: 200 }).refine((text) => !text.includes("**"), "** is not a form that is known; one * stands for any characters");
const because = cleanText({ max: 120 });

/** What an action is by its tool, and by its operation where the rule names some. The first that matches is the kind. */
const KindRule = z.strictObject({ tools: toolGlobs, operations: operationGlobs.nullable(), risk: z.enum(riskClasses), because });

/** `payment.amount`, with `*` for any name, and `**.` at the beginning for any depth. Lists on the way are looked into. */
const argumentPath = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(200)
  .regex(/^(?:\*\*\.)?(?:(?:\*|[^.*\s]+)\.)*[^.*\s]+$/, "must be names with dots between, as in payment.amount, items.*.price or **.iban");

/** Digits, since an amount as floating point would not be the one that was typed. */
export const decimalText = z.string().trim().regex(/^\d{1,15}(?:\.\d{1,6})?$/, "must be a number such as 5000 or 99.50");

const argument = z
  .strictObject({ path: argumentPath, pattern: pattern.nullable(), atLeast: decimalText.nullable() })
  .refine((asked) => asked.pattern === null || asked.atLeast === null, { path: ["atLeast"], message: "a rule asks for a pattern or for an amount; make two rules of it" });

/** What makes an action more dangerous than its kind is. All that match count; null: the rule does not ask for it. */
const RaiseRule = z
  .strictObject({
    tools: toolGlobs.nullable(),
    operations: operationGlobs.nullable(),
    resource: pattern.nullable(),
    argument: argument.nullable(),
    risk: z.enum(["MEDIUM", "HIGH", "CRITICAL"]),
    because,
  })
  .refine((rule) => [rule.tools, rule.operations, rule.resource, rule.argument].some((asked) => asked !== null), {
    path: ["tools"],
    message: "the rule asks for nothing, so it would be about every action; name tools, operations, a resource or an argument",
  });

const { tool, operation, resource } = SubmitActionInput.shape;

/** A request with the class that it must get; publishing is refused while one gets another. */
const ClassificationTest = z.strictObject({
  name: cleanText({ max: 120 }),
  tool,
  operation,
  resource,
  arguments: z
    .record(z.string(), z.json())
    .default({})
    .refine((given) => JSON.stringify(given).length <= largestArguments, `arguments of a test may have ${largestArguments} characters`),
  declaredRisk: z.enum(riskClasses).nullable().default(null),
  expected: z.enum(riskClasses),
});

const rows = <T extends z.ZodType>(row: T) => z.array(row).max(mostRules, `at most ${mostRules} rows`);

/** What the organization says of how dangerous actions are: one version of it. */
export const ClassificationContent = z.strictObject({ kinds: rows(KindRule), raises: rows(RaiseRule), tests: rows(ClassificationTest) });
export type ClassificationContent = z.infer<typeof ClassificationContent>;
export type KindRule = z.infer<typeof KindRule>;
export type RaiseRule = z.infer<typeof RaiseRule>;
export type ClassificationTest = z.infer<typeof ClassificationTest>;
