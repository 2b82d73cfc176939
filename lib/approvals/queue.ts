import { and, asc, inArray, isNotNull, sql, type SQL } from "drizzle-orm";
import { approval, riskRank } from "@/db/schema/action";
import { riskClasses } from "@/db/schema/agent";
import type { Tx } from "@/db/tenant";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import type { Page } from "@/lib/keyset";
import { read } from "@/lib/transact";
import { type ListApprovalsInput, type ListedApproval, masked, selectListed, visible, whereListed } from "./list";
import { isAfter, queuePage } from "./queue-order";
import { whereDecidable } from "./where-decidable";

/** A few are quicker to open one by one; from here on look-alikes stand as one row. */
const fewestAlike = 5;
const mostGroups = 50;

/** A request in the queue; `alike`: it stands for so many of its pattern and risk, of which it is the oldest. */
export type QueuedApproval = ListedApproval & { alike: number };

/**
 * What waits, the riskiest and oldest first, with look-alikes as one row each: a runaway agent does not push everybody else's
 * requests out of sight. By keyset pages, as `listApprovals`.
 */
export async function listQueue(ctx: PersonCtx, input: ListApprovalsInput): Promise<Page<QueuedApproval>> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const filter = and(visible(tx, ctx), whereListed(input), input.mine ? whereDecidable(tx, ctx) : undefined);
    const groups = await groupsOf(tx, filter);
    const single = groups.length === 0 ? filter : and(filter, notIn(groups));
    const page = await queuePage(input, ({ where, orderBy, limit }) => selectListed(tx, and(single, where), orderBy, limit));
    const here = (await headsOf(tx, groups)).filter((head) => isHere(head, input, page));
    const rows: QueuedApproval[] = [...page.rows.map((row) => ({ ...row, alike: 1 })), ...here].sort((a, b) => (isLater(a, b) ? 1 : -1));
    return { ...page, rows: rows.map(masked) };
  });
}

/** A group stands on the page within whose range its oldest request is: from where the page begins to where the next one does. */
function isHere(head: ListedApproval, { after, before }: ListApprovalsInput, { rows, next, previous }: Page<ListedApproval>): boolean {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!after && before) return !isAfter(head, before) && (previous === null || (first !== undefined && !isLater(first, head)));
  return isAfter(head, after ?? null) && (next === null || (last !== undefined && !isLater(head, last)));
}

type Group = { pattern: Buffer; risk: (typeof riskClasses)[number]; count: number; oldest: string };

/** One look at the index of look-alikes. */
async function groupsOf(tx: Tx, filter: SQL | undefined): Promise<Group[]> {
  const rows = await tx
    .select({ pattern: approval.pattern, risk: approval.risk, count: sql<number>`count(*)::int`, oldest: sql<string>`(array_agg(${approval.id} order by ${approval.createdAt}, ${approval.id}))[1]` })
    .from(approval)
    .where(and(filter, isNotNull(approval.pattern), inArray(approval.risk, ["LOW", "MEDIUM", "HIGH"])))
    .groupBy(approval.pattern, approval.risk)
    .having(sql`count(*) >= ${fewestAlike}`)
    .orderBy(asc(riskRank(approval.risk)), sql`min(${approval.createdAt})`)
    .limit(mostGroups);
  return rows.flatMap(({ pattern, ...row }) => (pattern ? [{ ...row, pattern }] : []));
}

function notIn(groups: readonly Group[]): SQL {
  const pairs = groups.map(({ pattern, risk }) => sql`(${pattern}::bytea, ${risk}::text)`);
  return sql`(${approval.pattern} is null or (${approval.pattern}, ${approval.risk}) not in (${sql.join(pairs, sql`, `)}))`;
}

async function headsOf(tx: Tx, groups: readonly Group[]): Promise<QueuedApproval[]> {
  if (groups.length === 0) return [];
  const heads = await selectListed(tx, inArray(approval.id, groups.map(({ oldest }) => oldest)), [asc(approval.createdAt)], groups.length);
  return heads.map((head) => ({ ...head, alike: groups.find(({ oldest }) => oldest === head.id)?.count ?? 1 }));
}

function isLater(a: ListedApproval, b: ListedApproval): boolean {
  const key = (row: ListedApproval) => [-riskClasses.indexOf(row.risk), row.createdAt.getTime(), row.id] as const;
  const [[riskA, timeA, idA], [riskB, timeB, idB]] = [key(a), key(b)];
  return riskA !== riskB ? riskA > riskB : timeA !== timeB ? timeA > timeB : idA > idB;
}
