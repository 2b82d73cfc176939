import { eq } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { SubmitActionInput } from "@/lib/actions/schemas";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import { requireDocument, headVersion } from "@/lib/governance/stored";
import { parseStrictJson } from "@/lib/strict-json";
import { read } from "@/lib/transact";
import { classify, type Classification } from "./classify";
import type { ClassifiedInput } from "./compile";
import { ClassificationContent } from "./content";
import { classificationProblems, runTests, type TestResult } from "./problems";
import { riskClasses, type RiskClass } from "./risk";

const { tool, operation, resource } = SubmitActionInput.shape;

/** `draft`: rules as they are typed; null: those in force. `request`: one that is typed; `actionId`: a past one. */
export const TryClassificationInput = z.strictObject({
  draft: z.json().nullable().default(null),
  request: z
    .strictObject({ tool, operation, resource, arguments: z.string().max(65_536).default(""), declaredRisk: z.enum(riskClasses).nullable().default(null) })
    .nullable()
    .default(null),
  actionId: z.uuid().nullable().default(null),
});
export type TryClassificationInput = z.output<typeof TryClassificationInput>;

export type ClassificationTrial = {
  /** The draft as it would be kept; null where it has problems. */
  content: ClassificationContent | null;
  problems: { path: string; message: string }[];
  tests: TestResult[];
  /** `was`: what the past request was taken for then. */
  tried: (Classification & { tool: string; operation: string; was: RiskClass | null }) | null;
};

/** What rules, in force or as a draft, say of their own tests and of a request. */
export async function tryClassification(ctx: PersonCtx, { draft, request, actionId }: TryClassificationInput): Promise<ClassificationTrial> {
  const found = await read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "policies", "view");
    const place = { kind: "classification", scopeId: ctx.organizationId } as const;
    const { content } = await requireDocument(tx, place, await headVersion(tx, place));
    return { content, past: actionId === null ? null : await pastRequest(tx, ctx, actionId) };
  });
  const parsed = draft === null ? null : ClassificationContent.safeParse(draft);
  if (parsed?.error) return { content: null, problems: parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })), tests: [], tried: null };
  const rules = parsed ? parsed.data : found.content;
  const problems = classificationProblems(rules);
  const asked = found.past?.request ?? (request && typed(request));
  return {
    content: problems.length > 0 ? null : rules,
    problems,
    tests: runTests(rules),
    tried: asked && { ...classify(asked, rules), tool: asked.tool, operation: asked.operation, was: found.past?.was ?? null },
  };
}

/** @throws AppError `not_found`. */
async function pastRequest(tx: Tx, ctx: PersonCtx, id: string): Promise<{ request: ClassifiedInput; was: RiskClass }> {
  const [row] = await tx.select().from(action).where(eq(action.id, id));
  if (!row) throw notFound("action");
  authorize(tx, ctx, "actions", "view", { workspaceId: row.workspaceId, agentId: row.agentId });
  const given = JSON.parse(row.arguments) as ClassifiedInput["arguments"];
  return { was: row.risk, request: { tool: row.tool, operation: row.operation, resource: row.resource, arguments: given, ...(row.declaredRisk ? { declaredRisk: row.declaredRisk } : {}) } };
}

function typed({ arguments: text, declaredRisk, ...request }: NonNullable<TryClassificationInput["request"]>): ClassifiedInput {
  const given = SubmitActionInput.shape.arguments.safeParse(text.trim() === "" ? {} : argumentsOf(text));
  if (!given.success) throw new AppError("invalid_input", "The arguments must be one JSON object.", { fields: { arguments: "must be one JSON object" } });
  return { ...request, arguments: given.data, ...(declaredRisk ? { declaredRisk } : {}) };
}

function argumentsOf(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError("invalid_input", error.message.replace("The body is", "The arguments are"), { cause: error });
  }
}
