import { desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { agent, apiKey } from "@/db/schema/agent";
import { prepared } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { canonicalArguments } from "@/lib/actions/digest";
import type { AgentState, Decision } from "@/lib/actions/decide";
import { agentRecords, agentsOfKeys, type AgentRow } from "@/lib/actions/load-agents";
import { judge } from "@/lib/actions/judge";
import { partsOf } from "@/lib/actions/policy-stages";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { boundariesOf, type Boundaries } from "@/lib/boundaries/of-action";
import { evaluatePolicies, type PolicyAnswer } from "@/lib/cedar/evaluate";
import { compilePolicies } from "@/lib/cedar/policies";
import type { Classification } from "@/lib/classification/classify";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import { parseStrictJson } from "@/lib/strict-json";
import { read } from "@/lib/transact";
import { DraftInput, readDraft, withDraft } from "./draft";

const longest = 64 * 1024;

export const TryRequestInput = z.strictObject({
  agentId: z.uuid(),
  tool: SubmitActionInput.shape.tool,
  operation: z.string().trim().transform((text) => text || "execute").pipe(SubmitActionInput.shape.operation.unwrap()),
  resource: SubmitActionInput.shape.resource,
  /** As JSON text. */
  arguments: z.string().max(longest, "must be at most 64 KiB").default(""),
  estimatedCostMicros: z.coerce.number().pipe(SubmitActionInput.shape.estimatedCostMicros),
  declaredRisk: z.union([z.literal("").transform(() => undefined), SubmitActionInput.shape.declaredRisk]).optional(),
  /** What is not published yet, as if it were. */
  draft: DraftInput.optional(),
});
export type TryRequestInput = z.output<typeof TryRequestInput>;

export type AskedBoundary = { action: string; type: string; id: string; answer: PolicyAnswer };
export type Tried = {
  verdict: Decision;
  classification: Classification;
  /** Everything that would be touched, with what Cedar says of each; empty where it cannot be told. */
  boundaries: AskedBoundary[];
};

/**
 * What an agent would be told for a request now, which is not stored and takes nothing: all that is decided before standing
 * approvals, rates and budgets are looked at.
 */
export async function tryRequest(ctx: PersonCtx, { agentId, draft: proposed, arguments: text, ...rest }: TryRequestInput): Promise<Tried> {
  const found = await read(ctx, async (tx) => {
    const [owner] = await tx.select({ workspaceId: agent.workspaceId }).from(agent).where(eq(agent.id, agentId));
    if (!owner) throw notFound("agent");
    authorize(tx, ctx, "policies", "view", { workspaceId: owner.workspaceId, agentId });
    const [key] = await tx.select({ id: apiKey.id }).from(apiKey).where(eq(apiKey.agentId, agentId)).orderBy(sql`${apiKey.revokedAt} is not null`, desc(apiKey.createdAt)).limit(1);
    if (!key) throw conflict("This agent has no API key, and so nothing that it could ask with.", "Make a key for it first.");
    const [row] = await prepared<AgentRow>(tx, agentsOfKeys([key.id]));
    const record = row && (await agentRecords(tx, [row])).get(key.id);
    if (!record) throw notFound("agent");
    return { row, record };
  });
  const state: AgentState = proposed ? withDraft(found.row, found.record, await readDraft(ctx, proposed)) : found.record;
  const input = { ...SubmitActionInput.parse({ ...rest, arguments: argumentsOf(text) }) };
  const receivedAt = new Date();
  const { classification, verdict } = judge({ input, receivedAt }, state);
  return { verdict, classification, boundaries: ask(state, input, classification, boundariesOf(input), receivedAt) };
}

function argumentsOf(text: string): SubmitActionInput["arguments"] {
  if (text.trim() === "") return {};
  const value = parseStrictJson(text);
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new AppError("invalid_input", "arguments: must be a JSON object", { fields: { arguments: "must be a JSON object" } });
  canonicalArguments(value as SubmitActionInput["arguments"]);
  return value as SubmitActionInput["arguments"];
}

function ask(state: AgentState, input: SubmitActionInput, { risk }: Classification, { touched, unreadable }: Boundaries, at: Date): AskedBoundary[] {
  if (unreadable) return [];
  const compiled = compilePolicies(partsOf(state));
  const { agentId: id, agentKind: kind, ownerId, organizationId, workspaceId, templateId, keyId } = state;
  const context = { approved: false, tool: input.tool, operation: input.operation, risk, costMicros: input.estimatedCostMicros, purposeGiven: input.purpose !== "", at };
  return touched.flatMap((boundary): AskedBoundary[] => {
    const answers = (state.levels ?? [state.level]).map((level) => evaluatePolicies(compiled, { agent: { id, kind, level, ownerId, organizationId, workspaceId, templateId }, keyId, boundary, context }));
    // Where several levels hold at once, the strictest answer is the one that counts.
    const [answer] = answers.toSorted((one, other) => strictest.indexOf(one.outcome) - strictest.indexOf(other.outcome));
    return answer ? [{ action: boundary.action, type: boundary.resource.type, id: boundary.resource.id, answer }] : [];
  });
}

const strictest: readonly PolicyAnswer["outcome"][] = ["deny", "needs_approval", "allow"];
