import { and, eq, gt, inArray, ne, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { action, approval, approvalKinds, approvalStatuses } from "@/db/schema/action";
import { agent, riskClasses } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { keysetPage, type Page } from "@/lib/keyset";
import { read } from "@/lib/transact";
import { whereAlike } from "./where-alike";
import { queuePage } from "./queue-order";
import { maskText } from "./mask";
import { whereDecidable } from "./where-decidable";

const page = { after: z.string().max(1_000).nullish(), before: z.string().max(1_000).nullish(), size: z.int().min(1).max(100).optional() };

export const ListApprovalsInput = z.strictObject({
  /** `waiting`: pending, the riskiest and oldest first. `ended`: all others, the newest first. */
  view: z.enum(["waiting", "ended"]).default("waiting"),
  /** Only what the caller may decide now. */
  mine: z.boolean().default(false),
  kind: z.array(z.enum(approvalKinds)).optional(),
  status: z.array(z.enum(approvalStatuses)).optional(),
  risk: z.array(z.enum(riskClasses)).optional(),
  agent: z.array(z.uuid()).optional(),
  workspace: z.array(z.uuid()).optional(),
  requester: z.array(z.uuid()).optional(),
  /** Only what waits and is like this request: of its pattern and risk. */
  alike: z.uuid().optional(),
  ...page,
});
export type ListApprovalsInput = z.infer<typeof ListApprovalsInput>;

export type ListedApproval = Awaited<ReturnType<typeof selectListed>>[number];

/** Requests that the caller may see, by keyset pages. What the agent wrote is masked where it looks like a secret. */
export async function listApprovals(ctx: PersonCtx, input: ListApprovalsInput): Promise<Page<ListedApproval>> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const filter = and(visible(tx, ctx), whereListed(input), input.mine ? whereDecidable(tx, ctx) : undefined);
    const found =
      input.view === "waiting"
        ? await queuePage(input, ({ where: beyond, orderBy, limit }) => selectListed(tx, and(filter, beyond), orderBy, limit))
        : await keysetPage(
            { column: approval.createdAt, id: approval.id, direction: "desc" },
            input,
            ({ where: beyond, orderBy, limit }) => selectListed(tx, and(filter, beyond), orderBy, limit),
            (row) => ({ value: row.createdAt, id: row.id }),
          );
    return { ...found, rows: found.rows.map(masked) };
  });
}

/** With what looks like a secret hidden in what the agent wrote. */
export function masked<Row extends { resource: string | null }>(row: Row): Row {
  return { ...row, resource: row.resource && maskText(row.resource).text };
}

/** The requests that a page may show at all. */
export function visible(tx: Tx, ctx: PersonCtx): SQL {
  return whereAllowed(tx, ctx, "approvals", "view", { workspaceId: approval.workspaceId, agentId: approval.agentId });
}

export function whereListed(input: ListApprovalsInput): SQL | undefined {
  return and(
    input.view === "waiting" ? and(eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`)) : ne(approval.status, "pending"),
    input.alike ? whereAlike(input.alike) : undefined,
    input.kind && inArray(approval.kind, input.kind),
    input.status && inArray(approval.status, input.status),
    input.risk && inArray(approval.risk, input.risk),
    input.agent && inArray(approval.agentId, input.agent),
    input.workspace && inArray(approval.workspaceId, input.workspace),
    input.requester && inArray(approval.requesterPersonId, input.requester),
  );
}

const decider = sql<string | null>`(select ${person.name} from ${person} where ${person.id} = ${approval.decidedBy})`;
const requester = sql<string | null>`(select ${person.name} from ${person} where ${person.id} = ${approval.requesterPersonId})`;

export function selectListed(tx: Tx, condition: SQL | undefined, orderBy: SQL[], limit: number) {
  return tx
    .select({
      id: approval.id,
      digest: sql<string>`encode(${approval.digest}, 'hex')`,
      kind: approval.kind,
      status: approval.status,
      risk: approval.risk,
      amountMicros: approval.amountMicros,
      tool: action.tool,
      operation: action.operation,
      resource: action.resource,
      agentId: approval.agentId,
      agentName: agent.name,
      workspaceName: workspace.name,
      requesterPersonId: approval.requesterPersonId,
      requesterName: requester,
      deciderName: decider,
      createdAt: approval.createdAt,
      expiresAt: approval.expiresAt,
      decidedAt: approval.decidedAt,
    })
    .from(approval)
    .leftJoin(action, eq(action.id, approval.actionId))
    .leftJoin(agent, eq(agent.id, approval.agentId))
    .leftJoin(workspace, eq(workspace.id, approval.workspaceId))
    .where(condition)
    .orderBy(...orderBy)
    .limit(limit);
}
