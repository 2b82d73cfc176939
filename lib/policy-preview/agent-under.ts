import { desc, eq, sql } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import { prepared, type Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { type AgentRecord, agentRecords, agentsOfKeys, type AgentRow } from "@/lib/actions/load-agents";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import type { DocumentInForce } from "@/lib/governance/in-force";
import { withDraft } from "./draft";

/** Whoever sees the policies of an agent may try what they say. @throws AppError `not_found`. */
export async function authorizeTrial(tx: Tx, ctx: PersonCtx, agentId: string): Promise<void> {
  const [owner] = await tx.select({ workspaceId: agent.workspaceId }).from(agent).where(eq(agent.id, agentId));
  if (!owner) throw notFound("agent");
  authorize(tx, ctx, "policies", "view", { workspaceId: owner.workspaceId, agentId });
}

/** The agent by its newest key that is in force, as it would be with the draft. @throws AppError `conflict` when it has no key. */
export async function agentUnder(tx: Tx, agentId: string, draft: DocumentInForce | null): Promise<AgentRecord> {
  const [key] = await tx.select({ id: apiKey.id }).from(apiKey).where(eq(apiKey.agentId, agentId)).orderBy(sql`${apiKey.revokedAt} is not null`, desc(apiKey.createdAt)).limit(1);
  if (!key) throw conflict("This agent has no API key, and so nothing that it could ask with.", "Make a key for it first.");
  const [row] = await prepared<AgentRow>(tx, agentsOfKeys([key.id]));
  const record = row && (await agentRecords(tx, [row])).get(key.id);
  if (!record) throw notFound("agent");
  return draft ? withDraft(row, record, draft) : record;
}
