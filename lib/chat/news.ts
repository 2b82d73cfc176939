import { and, eq, gt, gte, type SQL, sql } from "drizzle-orm";
import { action, approval, riskRank } from "@/db/schema/action";
import { agent, riskClasses } from "@/db/schema/agent";
import { approvalDecision } from "@/db/schema/approval-decision";
import { budget, budgetAlert, budgetWindow } from "@/db/schema/budget";
import { chatTold, type ChatItem } from "@/db/schema/chat";
import { organization } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { ApprovalPlan } from "@/db/schema/approval-plan";
import type { Tx } from "@/db/tenant";
import { approvalName } from "@/lib/approvals/row";
import { currentStage } from "@/lib/approvals/seats";
import { loadAlert, thresholdWords } from "@/lib/budgets/tell-threshold";
import { plainLine } from "./plain";
import type { ChannelRow } from "./row";
import { wholeOf } from "./whole";

/** Something to tell, and the key by which it is told once. */
export type News = ChatItem & { key: string };

const most = 500;

/** What a channel was not told yet, the most pressing first: at most 500 of each topic, and nothing older than a day or than the channel. */
export async function newsFor(tx: Tx, channel: ChannelRow): Promise<News[]> {
  const sources = { break_glass: brokenGlass, escalations, requests, budgets };
  const found: News[] = [];
  for (const topic of ["break_glass", "escalations", "requests", "budgets"] as const) if (channel.topics.includes(topic)) found.push(...(await sources[topic](tx, channel)));
  return found.map((news) => ({ ...news, title: plainLine(news.title, 200), text: plainLine(news.text, 400), quote: news.quote === null ? null : plainLine(news.quote, 300) || null }));
}

const asked = { id: approval.id, kind: approval.kind, risk: approval.risk, why: approval.why, reason: approval.reason, escalated: approval.escalated, stage: approval.stage, plan: approval.plan, agentName: agent.name, tool: action.tool, operation: action.operation, resource: action.resource };
/** Where something may be decided besides. What is longer is not shown in a chat, and may be megabytes. */
const shown = { digest: approval.digest, amountMicros: approval.amountMicros, limits: action.limits, arguments: sql<string | null>`case when length(${action.arguments}) <= 1500 then ${action.arguments} end`, currency: organization.currency };
type Asked = { id: string; kind: (typeof approval.$inferSelect)["kind"]; risk: ChatItem["risk"]; why: string; reason: string; escalated: number; stage: number; plan: ApprovalPlan | null; agentName: string | null; tool: string | null; operation: string | null; resource: string | null };
type Shown = Asked & { digest: Buffer; amountMicros: number; limits: string | null; arguments: string | null; currency: string | null };

async function requests(tx: Tx, channel: ChannelRow): Promise<News[]> {
  const rows = await pending(tx, channel, and(gte(approval.createdAt, since(channel)), isUntold(channel, sql`'request:' || ${approval.id}`)));
  const fresh = rows.map((row): News => ({ ...said(row), ...decided(channel, row), topic: "requests", key: `request:${row.id}`, title: `${whoOf(row)} asks for ${approvalName(row)}` }));
  return [...fresh, ...(await stages(tx, channel))];
}

/** A further stage begins with the decision that ended the one before; of the first one the request itself tells. */
async function stages(tx: Tx, channel: ChannelRow): Promise<News[]> {
  const began = sql`(select max(d.created_at) from approval_decision d where d.approval_id = ${approval.id} and d.stage < ${approval.stage})`;
  const rows = await pending(tx, channel, and(gt(approval.stage, 0), sql`${began} >= ${since(channel)}`, isUntold(channel, sql`'stage:' || ${approval.id} || ':' || ${approval.stage}`)));
  return rows.map((row) => ({ ...said(row), ...decided(channel, row), topic: "requests", key: `stage:${row.id}:${row.stage}`, title: `${whoOf(row)} asks for ${approvalName(row)}: the stage ${currentStage(row).name} decides now` }));
}

/** The moment of an escalation is the request's age that was reached. */
async function escalations(tx: Tx, channel: ChannelRow): Promise<News[]> {
  const reached = sql`${approval.createdAt} + ${approval.escalated} * interval '1 second'`;
  const rows = await pending(tx, channel, and(gt(approval.escalated, 0), sql`${reached} >= ${since(channel)}`, isUntold(channel, sql`'escalated:' || ${approval.id} || ':' || ${approval.escalated}`)));
  return rows.map((row) => ({ ...said(row), ...decided(channel, row), topic: "escalations", key: `escalated:${row.id}:${row.escalated}`, title: `Nobody decided in ${Math.round(row.escalated / 60)} minutes: ${whoOf(row)} asks for ${approvalName(row)}` }));
}

function pending(tx: Tx, channel: ChannelRow, further: SQL | undefined): Promise<Shown[]> {
  const rank = riskClasses.length - 1 - riskClasses.indexOf(channel.riskAtLeast);
  return tx
    .select({ ...asked, ...shown })
    .from(approval)
    .leftJoin(action, eq(action.id, approval.actionId))
    .leftJoin(agent, eq(agent.id, approval.agentId))
    .leftJoin(organization, eq(organization.id, approval.organizationId))
    .where(and(eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`), sql`${riskRank(approval.risk)} <= ${rank}`, inPlace(channel, approval.workspaceId), further))
    .orderBy(riskRank(approval.risk), approval.createdAt, approval.id)
    .limit(most);
}

/** Told whatever its risk: it is never a small thing. */
async function brokenGlass(tx: Tx, channel: ChannelRow): Promise<News[]> {
  const rows = await tx
    .select({ ...asked, decisionId: approvalDecision.id, by: person.name, given: approvalDecision.reason })
    .from(approvalDecision)
    .innerJoin(approval, eq(approval.id, approvalDecision.approvalId))
    .innerJoin(person, eq(person.id, approvalDecision.personId))
    .leftJoin(action, eq(action.id, approval.actionId))
    .leftJoin(agent, eq(agent.id, approval.agentId))
    .where(and(eq(approvalDecision.breakGlass, true), gte(approvalDecision.createdAt, since(channel)), inPlace(channel, approval.workspaceId), isUntold(channel, sql`'glass:' || ${approvalDecision.id}`)))
    .orderBy(approvalDecision.createdAt, approvalDecision.id)
    .limit(most);
  return rows.map((row) => ({ ...said(row), topic: "break_glass", key: `glass:${row.decisionId}`, title: `${row.by} broke the glass: decided alone on ${approvalName(row)} of ${whoOf(row)}`, quote: row.given }));
}

async function budgets(tx: Tx, channel: ChannelRow): Promise<News[]> {
  const rows = await tx
    .select({ windowId: budgetAlert.windowId, threshold: budgetAlert.threshold })
    .from(budgetAlert)
    .innerJoin(budgetWindow, eq(budgetWindow.id, budgetAlert.windowId))
    .innerJoin(budget, eq(budget.id, budgetWindow.budgetId))
    .where(and(gte(budgetAlert.crossedAt, since(channel)), inPlace(channel, budget.workspaceId), isUntold(channel, sql`'budget:' || ${budgetAlert.windowId} || ':' || ${budgetAlert.threshold}`)))
    .orderBy(budgetAlert.crossedAt)
    .limit(most);
  const found: News[] = [];
  for (const row of rows) {
    const alert = await loadAlert(tx, row);
    if (!alert) continue;
    const { title, body } = thresholdWords(alert, row.threshold);
    found.push({ topic: "budgets", key: `budget:${row.windowId}:${row.threshold}`, title, text: body, quote: null, risk: null, href: `/budgets/${alert.budgetId}` });
  }
  return found;
}

const inPlace = ({ workspaceId }: ChannelRow, column: typeof approval.workspaceId | typeof budget.workspaceId) => (workspaceId ? eq(column, workspaceId) : undefined);
const since = (channel: ChannelRow) => sql`greatest(${channel.since.toISOString()}::timestamptz, now() - interval '1 day')`;
const isUntold = (channel: ChannelRow, key: SQL) => sql`not exists (select 1 from ${chatTold} where ${chatTold.channelId} = ${channel.id} and ${chatTold.key} = ${key})`;

const whoOf = ({ agentName }: Asked) => agentName ?? "Somebody";

/** What may be decided where it is told, and all of what it is about. */
function decided({ decideUpTo }: ChannelRow, row: Shown): Pick<News, "detail" | "decide"> {
  if (decideUpTo === null || row.risk === null || riskClasses.indexOf(row.risk) > riskClasses.indexOf(decideUpTo)) return {};
  const detail = wholeOf(row);
  return detail === null ? {} : { detail, decide: { approvalId: row.id, digest: row.digest.toString("hex") } };
}

function said(row: Asked): Pick<News, "text" | "quote" | "risk" | "href"> {
  const on = row.resource ? `On ${row.resource}. ` : "";
  return { text: `${on}${row.why}`, quote: row.reason, risk: row.risk, href: `/approvals/${row.id}` };
}
