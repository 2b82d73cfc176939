import { z } from "zod";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { agentRecord, type AgentRecord, type AgentRow } from "@/lib/actions/load-agents";
import { checkPolicies } from "@/lib/cedar/check";
import type { CedarContent } from "@/lib/cedar/content";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import type { DocumentInForce } from "@/lib/governance/in-force";
import { kinds } from "@/lib/governance/kinds";
import { documentPlace, requirePlace } from "@/lib/governance/place";
import { read } from "@/lib/transact";

/** A document that nobody has published, at the place where it would hold. */
export const DraftInput = z.strictObject({ ...documentPlace, content: z.json() });
export type DraftInput = z.infer<typeof DraftInput>;

/** No version that is in force ever has this number. */
export const draftVersion = -1;

export async function authorizeDraft(tx: Tx, ctx: PersonCtx, input: DraftInput): Promise<void> {
  const place = await requirePlace(tx, ctx.organizationId, input);
  // As for what is in force: the organization's is seen by whoever sees policies anywhere.
  if (place.workspaceId === null) authorizeAnywhere(tx, ctx, "policies", "view");
  else authorize(tx, ctx, "policies", "view", { workspaceId: place.workspaceId });
}

/** What stands in the draft, once the caller may see its place. @throws AppError `invalid_input` when it cannot be asked. */
export async function readDraft(ctx: PersonCtx, input: DraftInput): Promise<DocumentInForce> {
  await read(ctx, (tx) => authorizeDraft(tx, ctx, input));
  const parsed = kinds[input.kind].schema.safeParse(input.content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError("invalid_input", `${issue?.path.join(".") ?? "content"}: ${issue?.message ?? "cannot be read"}`);
  }
  // Read in a thread of its own first: what stands in a draft may be anything.
  if (input.kind === "cedar" && input.scopeType !== "template") {
    const { problems: [problem] } = await checkPolicies(parsed.data as CedarContent, { scopeType: input.scopeType, scopeId: input.scopeId });
    if (problem) throw new AppError("invalid_input", `Line ${problem.line}: ${problem.message}`);
  }
  const { kind, scopeType, scopeId } = input;
  return { kind, scopeType, scopeId, version: draftVersion, content: parsed.data } as DocumentInForce;
}

const widest = ["organization", "workspace", "template"];

/** An agent as it would be with the draft in force; the same where it is not under it. */
export function withDraft(row: AgentRow, state: AgentRecord, draft: DocumentInForce): AgentRecord {
  if (![state.organizationId, state.workspaceId, state.templateId].includes(draft.scopeId)) return state;
  const others = state.documents.filter(({ kind, scopeId }) => kind !== draft.kind || scopeId !== draft.scopeId);
  // What was approved beforehand ends with any change but of who approves, so none of it would cover what the draft decides.
  const marks = draft.kind === "approvals" ? row.marks : `${row.marks}\n${draft.kind} as a draft`;
  // Made anew of what is stored, since a draft may also widen a bound that is in force.
  return agentRecord({ ...row, marks }, [...others, draft].sort((one, other) => widest.indexOf(one.scopeType) - widest.indexOf(other.scopeType)));
}
