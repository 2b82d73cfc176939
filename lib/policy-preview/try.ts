import { z } from "zod";
import type { Tx } from "@/db/tenant";
import { may } from "@/lib/ability/authorize";
import { canonicalArguments } from "@/lib/actions/digest";
import type { AgentState, Decision } from "@/lib/actions/decide";
import { type AgentRecord, scopesOf } from "@/lib/actions/load-agents";
import { judge, type Judgement } from "@/lib/actions/judge";
import { setAside } from "@/lib/actions/plan";
import { partsOf } from "@/lib/actions/policy-stages";
import { isSandboxTool, parseSandboxArguments, sandboxTools } from "@/lib/actions/sandbox-arguments";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { lockBooks, take } from "@/lib/actions/take";
import { namesIn, planWords } from "@/lib/approval-policies/plan-words";
import { boundariesOf, type Boundaries } from "@/lib/boundaries/of-action";
import { openWindows } from "@/lib/budgets/window";
import { evaluatePolicies, type PolicyAnswer } from "@/lib/cedar/evaluate";
import { compilePolicies } from "@/lib/cedar/policies";
import type { Classification } from "@/lib/classification/classify";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { parseStrictJson } from "@/lib/strict-json";
import { read } from "@/lib/transact";
import { agentUnder, authorizeTrial } from "./agent-under";
import { DraftInput, readDraft } from "./draft";

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
  purpose: SubmitActionInput.shape.purpose,
  /** What is not published yet, as if it were. */
  draft: DraftInput.optional(),
});
export type TryRequestInput = z.output<typeof TryRequestInput>;

export type AskedBoundary = { action: string; type: string; id: string; answer: PolicyAnswer };
export type Tried = {
  verdict: Decision;
  /** Whom it would ask; null: nobody. */
  asks: string | null;
  classification: Classification;
  /** Everything that would be touched, with what Cedar says of each; empty where it cannot be told. */
  boundaries: AskedBoundary[];
};

/**
 * What an agent would be told for a request now, which is not stored and takes nothing: by the same steps as the decision itself,
 * what is approved beforehand, rates, budgets and the queue's room included.
 */
export async function tryRequest(ctx: PersonCtx, { agentId, draft: proposed, arguments: text, ...rest }: TryRequestInput): Promise<Tried> {
  await read(ctx, (tx) => authorizeTrial(tx, ctx, agentId));
  const draft = proposed ? await readDraft(ctx, proposed) : null;
  const input = SubmitActionInput.parse({ ...rest, arguments: argumentsOf(text) });
  return read(ctx, async (tx) => {
    await authorizeTrial(tx, ctx, agentId);
    const state = await agentUnder(tx, agentId, draft);
    const receivedAt = new Date();
    const judgement = judge({ input, receivedAt }, state);
    const verdict = told(ctx, state, await taken(tx, state, input, judgement));
    const asks = verdict.outcome === "needs_approval" ? planWords(judgement.plan, await namesIn(tx, judgement.plan?.stages ?? [])) : null;
    return { verdict, asks, classification: judgement.classification, boundaries: ask(state, input, judgement.classification, boundariesOf(input), receivedAt) };
  });
}

/** What is left of the judgement once everything that others take as well was asked, in the same order. Nothing of it is written. */
async function taken(tx: Tx, state: AgentRecord, input: SubmitActionInput, judgement: Judgement): Promise<Decision> {
  const sandbox = isSandboxTool(input.tool) ? { language: sandboxTools[input.tool], args: parseSandboxArguments(input.arguments) } : null;
  const submission = { id: newId(), input, lease: null };
  const windows = await openWindows(tx, scopesOf(state), true);
  const books = await lockBooks(tx, [{ agent: state, judgement, submission }]);
  return take(submission, state, judgement, setAside({ input, sandbox }, state).amount, windows, books).decision;
}

/** What a budget has left is for those who see budgets. */
function told(ctx: PersonCtx, { workspaceId, agentId }: AgentRecord, verdict: Decision): Decision {
  if (!verdict.rule.startsWith("budget.") || may(ctx, "budgets", "view", { workspaceId, agentId })) return verdict;
  return { outcome: verdict.outcome, rule: verdict.rule, message: "A budget that covers this agent has no room for it." };
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
