import { setImmediate as breathe } from "node:timers/promises";
import { type AgentRecord, agentRecords, agentsOfKeys, type AgentRow } from "@/lib/actions/load-agents";
import { judge } from "@/lib/actions/judge";
import { ofKind } from "@/lib/actions/policy-stages";
import type { PolicyAsk } from "@/lib/approval-policies/content";
import { namesIn, planWords } from "@/lib/approval-policies/plan-words";
import type { Names } from "@/lib/approval-policies/words";
import { prepared } from "@/db/tenant";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import type { DocumentInForce } from "@/lib/governance/in-force";
import { read } from "@/lib/transact";
import { loadCurrency } from "@/lib/workspaces/load";
import { type Answer, type Compared, comparison } from "./comparison";
import { authorizeDraft, DraftInput, readDraft, withDraft } from "./draft";
import { mostSamples, previewDays, type Recorded, samples } from "./samples";

/** What a draft would have changed in the requests of the last days. */
export type Preview = Compared & {
  days: number;
  /** The oldest request that was looked at. */
  since: Date | null;
  /** There are more in these days than are looked at. */
  capped: boolean;
  /** It took too long, and older ones were left. */
  unfinished: boolean;
  /** Requests with arguments too large to be read again. */
  tooLarge: number;
  currency: string;
};

const longestMs = 15_000;
const mostAtOnce = 2;
/** Decisions of agents wait for no more than so many of these. */
const breath = 20;
let running = 0;

export const PreviewDocumentInput = DraftInput;
export type PreviewDocumentInput = DraftInput;

/**
 * Decides the organization's newest requests again, with a draft and without it, by what else is in force now. What depends on
 * others (budgets, rates, standing approvals, locks) is left out, as is whether the agent may act at all today.
 * @throws AppError `rate_limited` while others are at it.
 */
export async function previewDocument(ctx: PersonCtx, input: PreviewDocumentInput): Promise<Preview> {
  const draft = await readDraft(ctx, input);
  if (running >= mostAtOnce) throw new AppError("rate_limited", "Other previews are being made at the moment.", { hint: "Try again in some seconds.", retryAfterSeconds: 10 });
  running++;
  try {
    return await replay(ctx, input, draft);
  } finally {
    running--;
  }
}

async function replay(ctx: PersonCtx, input: PreviewDocumentInput, draft: DocumentInForce): Promise<Preview> {
  const currency = await read(ctx, async (tx) => {
    await authorizeDraft(tx, ctx, input);
    return loadCurrency(tx);
  });
  const until = performance.now() + longestMs;
  const seen = comparison();
  const states = new Map<string, Twin | null>();
  const known = new Map<string, [Answer, Answer]>();
  let [count, tooLarge, unfinished, since]: [number, number, boolean, Date | null] = [0, 0, false, null];
  for await (const chunk of samples(ctx, input)) {
    tooLarge += chunk.tooLarge;
    await loadStates(ctx, input, draft, chunk.samples, states);
    for (const sample of chunk.samples) {
      const state = states.get(sample.apiKeyId);
      if (!state) continue;
      const answers = known.get(sample.alike) ?? twice(sample, state);
      known.set(sample.alike, answers);
      seen.add(sample, ...answers);
      since = sample.createdAt;
      if (++count % breath === 0) await breathe();
    }
    unfinished = performance.now() > until;
    if (unfinished) break;
  }
  return { ...seen.result(), days: previewDays, since, capped: !unfinished && count + tooLarge >= mostSamples, unfinished, tooLarge, currency };
}

/** An agent as it is, and as it would be. */
type Twin = { before: AgentRecord; after: AgentRecord; /** Of the people that they would ask. */ names: Names };

function twice(sample: Recorded, { before, after, names }: Twin): [Answer, Answer] {
  const asked = { input: sample.input, receivedAt: sample.createdAt };
  const answer = (state: AgentRecord): Answer => {
    const { verdict: { outcome, rule, message }, plan } = judge(asked, state);
    return { outcome, rule, message, asks: outcome === "needs_approval" ? planWords(plan, names) : null };
  };
  return [answer(before), answer(after)];
}

/** The stages of all approval policies that agents are under, or would be. */
function stagesIn(records: readonly AgentRecord[]): PolicyAsk["stages"] {
  const contents = new Set(records.flatMap(({ documents }) => ofKind(documents, "approvals").flatMap(({ content }) => content ?? [])));
  return [...contents].flatMap(({ rules }) => rules.flatMap(({ answer }) => (answer.kind === "ask" ? answer.stages : [])));
}

/** The agents behind the keys of a chunk, as if all of them could act. */
async function loadStates(ctx: PersonCtx, input: PreviewDocumentInput, draft: DocumentInForce, chunk: readonly Recorded[], states: Map<string, Twin | null>): Promise<void> {
  const missing = [...new Set(chunk.map(({ apiKeyId }) => apiKeyId))].filter((id) => !states.has(id));
  if (missing.length === 0) return;
  await read(ctx, async (tx) => {
    await authorizeDraft(tx, ctx, input);
    const stored = await prepared<AgentRow>(tx, agentsOfKeys(missing));
    const rows = stored.map((row): AgentRow => ({ ...row, keyRevoked: false, keyExpired: false, agentStatus: "active", locks: [] }));
    const records = await agentRecords(tx, rows);
    const found = rows.flatMap((row) => {
      const before = records.get(row.keyId);
      return before ? [{ keyId: row.keyId, before, after: withDraft(row, before, draft) }] : [];
    });
    const names = await namesIn(tx, stagesIn(found.flatMap(({ before, after }) => [before, after])));
    for (const { keyId, ...twin } of found) states.set(keyId, { ...twin, names });
  });
  for (const id of missing) if (!states.has(id)) states.set(id, null);
}
