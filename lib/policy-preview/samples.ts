import { and, desc, eq, gt, lt, or, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { whereAllowed } from "@/lib/ability/where";
import type { SubmitActionInput } from "@/lib/actions/schemas";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import type { DocumentScope } from "@/lib/governance/kinds";
import type { Sample } from "./comparison";

export const previewDays = 30;
/** How many of the newest requests are looked at. */
export const mostSamples = 5_000;
const chunk = 250;
/** Larger arguments are files; they are not read again for a preview. */
const longestArguments = 64 * 1024;

export type Recorded = Sample & { apiKeyId: string; input: SubmitActionInput; /** Two with the same are the same request. */ alike: string };
type Place = { scopeType: DocumentScope; scopeId: string };
type Chunk = { samples: Recorded[]; /** How many were left out because of their size. */ tooLarge: number };

/** The real requests of the last days, of agents under that place, that the caller may see: the newest first, a chunk at a time. */
export async function* samples(ctx: PersonCtx, place: Place): AsyncGenerator<Chunk> {
  let after: { createdAt: Date; id: string } | null = null;
  for (let seen = 0; seen < mostSamples; seen += chunk) {
    const rows: Awaited<ReturnType<typeof readChunk>> = await readChunk(ctx, place, after);
    const found = rows.flatMap(({ row, agentName, text }) => (text === null ? [] : [recorded(row, agentName, text)]));
    yield { samples: found, tooLarge: rows.length - found.length };
    const last = rows.at(-1);
    if (!last || rows.length < chunk) return;
    after = last.row;
  }
}

const columns = {
  id: action.id,
  agentId: action.agentId,
  apiKeyId: action.apiKeyId,
  tool: action.tool,
  operation: action.operation,
  resource: action.resource,
  purpose: action.purpose,
  declaredRisk: action.declaredRisk,
  estimatedCostMicros: action.estimatedCostMicros,
  requestHash: action.requestHash,
  decision: action.decision,
  rule: action.rule,
  createdAt: action.createdAt,
};
type Row = { [K in keyof typeof columns]: (typeof action.$inferSelect)[K] };

function readChunk(ctx: PersonCtx, place: Place, after: { createdAt: Date; id: string } | null) {
  return read(ctx, (tx) =>
    tx
      .select({ row: columns, agentName: agent.name, text: sql<string | null>`case when octet_length(${action.arguments}) <= ${longestArguments} then ${action.arguments} end` })
      .from(action)
      .innerJoin(agent, eq(agent.id, action.agentId))
      .where(
        and(
          whereAllowed(tx, ctx, "actions", "view", { workspaceId: action.workspaceId, agentId: action.agentId }),
          place.scopeType === "workspace" ? eq(agent.workspaceId, place.scopeId) : undefined,
          place.scopeType === "template" ? eq(agent.templateId, place.scopeId) : undefined,
          gt(action.createdAt, sql`now() - make_interval(days => ${previewDays})`),
          after === null ? undefined : or(lt(action.createdAt, after.createdAt), and(eq(action.createdAt, after.createdAt), lt(action.id, after.id))),
        ),
      )
      .orderBy(desc(action.createdAt), desc(action.id))
      .limit(chunk),
  );
}

function recorded(row: Row, agentName: string, text: string): Recorded {
  const { requestHash, decision, rule, purpose, declaredRisk, apiKeyId, ...sample } = row;
  const { tool, operation, resource, estimatedCostMicros } = sample;
  return {
    ...sample,
    agentName,
    apiKeyId,
    decided: { outcome: decision, rule },
    input: { tool, operation, resource, estimatedCostMicros, purpose, ...(declaredRisk ? { declaredRisk } : {}), arguments: JSON.parse(text) as SubmitActionInput["arguments"] },
    alike: `${row.apiKeyId} ${requestHash.toString("base64")}`,
  };
}
