import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { agent, agentPolicy } from "@/db/schema/agent";
import { budget, budgetWindow } from "@/db/schema/budget";
import type { LeaseScope } from "@/db/schema/lease";
import { organization, project, workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere, authorizeSelf } from "@/lib/ability/authorize";
import { formatAmount } from "@/lib/budgets/amount";
import { isSandboxTool } from "@/lib/actions/sandbox-arguments";
import { scopeNames } from "@/lib/budgets/scope-names";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { scopeWords } from "@/lib/leases/words";
import { mayLock } from "@/lib/locks/authorize-lock";
import { type AskedChild, loadAskedChild } from "@/lib/spawn/load-asked";
import { read } from "@/lib/transact";
import { agentHistory } from "./agent-history";
import { budgetsLeft } from "./budgets-left";
import { maskText } from "./mask";
import { presentArguments } from "./present-arguments";
import { selectApproval, type ApprovalRow } from "./row";
import { loadNarrowings } from "./load-narrowings";
import { oneIsEnough } from "./one-is-enough";
import { approvalObstacle, decisionObstacle, mayBreakGlassOf, mayWithdrawOwn } from "./rules";
import { whoCanDecide } from "./who-can-decide";

export const LoadApprovalInput = z.strictObject({ id: z.uuid() });
export type LoadApprovalInput = z.infer<typeof LoadApprovalInput>;

/** Everything that a decision needs, on one screen. */
export type ApprovalDetail = Awaited<ReturnType<typeof loadApproval>>;

/**
 * One request with who asks, for what exactly, why a person is asked, what it costs and what is left, the risk with its
 * reasons, what the agent did before, and what approving lets happen. Secrets are masked; the digest covers them.
 * @throws AppError `not_found`.
 */
export async function loadApproval(ctx: PersonCtx, input: LoadApprovalInput) {
  return read(ctx, async (tx) => {
    const row = await selectApproval(tx, input.id);
    if (!row) {
      authorizeAnywhere(tx, ctx, "approvals", "view");
      throw notFound("request");
    }
    if (row.requesterPersonId === ctx.actor.id) authorizeSelf(tx, ctx, ctx.actor.id);
    else authorize(tx, ctx, "approvals", "view", { workspaceId: row.workspaceId, agentId: row.agentId });
    const now = new Date();
    const [org] = await tx.select({ currency: organization.currency }).from(organization);
    const currency = org?.currency ?? "USD";
    const asked = row.actionId ? await loadAction(tx, row.actionId) : null;
    const raise = row.budgetRequest ? await loadRaise(tx, row.budgetRequest) : null;
    const child = row.kind === "spawn" ? await loadAskedChild(tx, row.id) : null;
    return {
      id: row.id,
      kind: row.kind,
      status: row.status,
      risk: row.risk,
      amountMicros: row.amountMicros,
      currency,
      why: row.why,
      requestReason: maskText(row.reason).text,
      digest: row.digest.toString("hex"),
      policyVersion: row.policyVersion,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
      decidedAt: row.decidedAt,
      decisionReason: row.decisionReason,
      usedAt: row.usedAt,
      ...(await people(tx, row)),
      place: await place(tx, row),
      agent: row.agentId ? await loadAgent(tx, row.agentId) : null,
      action: asked,
      raise,
      child,
      lease: row.leaseRequest,
      budgets: row.kind === "action" || row.kind === "spawn" ? await budgetsLeft(tx, [ctx.organizationId, row.workspaceId, row.projectId, row.agentId]) : [],
      narrowings: await loadNarrowings(tx, row, asked?.arguments.rest),
      editable: asked && row.kind === "action" && row.status === "pending" && oneIsEnough(row.plan) ? editable(asked) : null,
      mayApproveLess: row.kind === "budget" && row.status === "pending" && oneIsEnough(row.plan),
      history: row.agentId ? await agentHistory(tx, row.agentId, row.actionId) : null,
      consequence: child ? childConsequence(row, child, currency) : row.leaseRequest ? leaseConsequence(row.leaseRequest, currency) : consequence(row, asked, raise, currency),
      who: await whoCanDecide(tx, row),
      cannotDecide: decisionObstacle(ctx, row, now),
      mayBreakGlass: mayBreakGlassOf(ctx, row, now),
      cannotApprove: row.status === "pending" ? approvalObstacle(row, now) : null,
      isMine: mayWithdrawOwn(ctx, row),
      mayLock: row.status === "pending" && mayLock(ctx, row),
    };
  });
}

async function loadAction(tx: Tx, actionId: string) {
  const [row] = await tx.select().from(action).where(eq(action.id, actionId));
  if (!row) return null;
  const [started] = await tx
    .select({ id: run.id, status: run.status, wallTimeLimitMs: run.wallTimeLimitMs })
    .from(run)
    .where(eq(run.actionId, actionId));
  return {
    id: row.id,
    status: row.status,
    tool: row.tool,
    operation: row.operation,
    resource: maskText(row.resource).text,
    rule: row.rule,
    riskReasons: row.riskReasons,
    sandboxLevel: row.sandboxLevel,
    estimatedCostMicros: row.estimatedCostMicros,
    actualCostMicros: row.actualCostMicros,
    arguments: presentArguments(row.tool, row.arguments),
    run: started ?? null,
  };
}

async function loadAgent(tx: Tx, agentId: string) {
  const [row] = await tx
    .select({
      id: agent.id, name: agent.name, description: agent.description, kind: agent.kind, status: agent.status, ownerName: person.name,
      policyVersion: agent.policyVersion, level: agentPolicy.level,
    })
    .from(agent)
    .innerJoin(person, eq(person.id, agent.ownerId))
    .leftJoin(agentPolicy, and(eq(agentPolicy.agentId, agent.id), eq(agentPolicy.version, agent.policyVersion)))
    .where(eq(agent.id, agentId));
  return row ?? null;
}

async function loadRaise(tx: Tx, request: NonNullable<ApprovalRow["budgetRequest"]>) {
  const [row] = await tx
    .select({
      budgetId: budget.id, scopeType: budget.scopeType, scopeId: budget.scopeId, period: budget.period, hard: budget.hard, capMicros: budget.capMicros,
      startsAt: budgetWindow.startsAt, endsAt: budgetWindow.endsAt, committedMicros: budgetWindow.committedMicros, overrunMicros: budgetWindow.overrunMicros,
      reservedMicros: budgetWindow.reservedMicros, raisedMicros: budgetWindow.raisedMicros,
    })
    .from(budgetWindow)
    .innerJoin(budget, eq(budget.id, budgetWindow.budgetId))
    .where(eq(budgetWindow.id, request.windowId));
  if (!row) return null;
  const names = await scopeNames(tx, [row]);
  return { ...row, spentMicros: row.committedMicros + row.overrunMicros, amountMicros: request.amountMicros, scopeName: names.get(row.scopeId) ?? row.scopeType };
}

async function people(tx: Tx, row: ApprovalRow): Promise<{ requesterName: string | null; deciderName: string | null }> {
  const ids = [row.requesterPersonId, row.decidedBy].filter((id) => id !== null);
  const found = ids.length === 0 ? [] : await tx.select({ id: person.id, name: person.name }).from(person).where(inArray(person.id, ids));
  const nameOf = (id: string | null) => found.find((one) => one.id === id)?.name ?? null;
  return { requesterName: nameOf(row.requesterPersonId), deciderName: nameOf(row.decidedBy) };
}

async function place(tx: Tx, row: ApprovalRow): Promise<{ workspace: string | null; project: string | null }> {
  const [inWorkspace] = row.workspaceId ? await tx.select({ name: workspace.name }).from(workspace).where(eq(workspace.id, row.workspaceId)) : [];
  const [inProject] = row.projectId ? await tx.select({ name: project.name }).from(project).where(eq(project.id, row.projectId)) : [];
  return { workspace: inWorkspace?.name ?? null, project: inProject?.name ?? null };
}

/** What of an action a person may change: how long it may take, and its arguments (all of which are named) unless they were cut for the page. */
function editable({ arguments: args, run: started }: NonNullable<Asked>) {
  return { names: args.names, seconds: started ? Math.round(started.wallTimeLimitMs / 1000) : null, arguments: args.shortened || typeof args.rest === "string" ? null : { code: args.code?.text ?? null, rest: args.rest } };
}

type Asked = Awaited<ReturnType<typeof loadAction>>;
type Raise = Awaited<ReturnType<typeof loadRaise>>;

/** What approving lets happen, in a sentence or two that hold nothing the agent wrote. */
function consequence(row: ApprovalRow, asked: Asked, raise: Raise, currency: string): string {
  if (raise) {
    const before = raise.capMicros + raise.raisedMicros;
    return (
      `Raises this budget from ${formatAmount(before, currency)} to ${formatAmount(before + raise.amountMicros, currency)} until ` +
      `${raise.endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC. The next ${raise.period} begins at ${formatAmount(raise.capMicros, currency)} again.`
    );
  }
  if (!asked) return "Nothing by itself.";
  const once = "It is good once, for exactly these arguments under this policy version.";
  if (isSandboxTool(asked.tool)) {
    const seconds = asked.run ? Math.round(asked.run.wallTimeLimitMs / 1000) : null;
    return `Countersign runs this program in a gVisor sandbox without network${seconds ? `, for at most ${seconds} s` : ""}, and sets aside at most ${formatAmount(row.amountMicros, currency)}. ${once}`;
  }
  return `The agent gets one grant to carry this out itself, with ${formatAmount(row.amountMicros, currency)} set aside. ${once}`;
}

/** What approving lets happen, where an agent asks for a child. */
function childConsequence(row: ApprovalRow, child: AskedChild, currency: string): string {
  return (
    `Makes an active agent under the same owner, in the same place, managed by the one that asks, which fetches its key. It may do what is listed until ` +
    `${child.endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC and spend ${formatAmount(row.amountMicros, currency)} in all, which is set aside in the budgets of the one that asks.`
  );
}

/** What approving lets happen, where an agent asks for a lease. */
function leaseConsequence(asked: LeaseScope, currency: string): string {
  const minutes = Math.round(asked.lifeSeconds / 60);
  const life = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  return (
    `Issues a lease to this agent for ${life}: ${scopeWords(asked)}. Nobody is asked for what it covers, up to ${formatAmount(asked.costEachMicros, currency)} for one use ` +
    `and ${formatAmount(asked.costTotalMicros, currency)} in all. What is denied, locked or critical stays so. It can be revoked at once.`
  );
}
