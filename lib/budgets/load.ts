import { and, asc, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { budget, budgetAlert, budgetWindow, reservation } from "@/db/schema/budget";
import { organization } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere, may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { daysOf, spentDays, type SpentDay } from "./days";
import { scopeNames } from "./scope-names";
import { leftMicros, openWindows } from "./window";

const pastWindows = 24;
const heldShown = 50;

export const LoadBudgetInput = z.strictObject({
  id: z.uuid(),
  /** An earlier window; the one that runs now when it is not given. */
  window: z.uuid().optional(),
});
export type LoadBudgetInput = z.infer<typeof LoadBudgetInput>;

export type BudgetDetail = Awaited<ReturnType<typeof loadBudget>>;

/**
 * One budget with one of its windows: what was spent day by day, what is held back now, which thresholds were reached, and
 * who asks for more. Amounts are integer micro-units and add up: the days' sum is what was spent.
 * @throws AppError `not_found`.
 */
export async function loadBudget(ctx: PersonCtx, input: LoadBudgetInput) {
  return read(ctx, async (tx) => {
    const [row] = await tx.select().from(budget).where(eq(budget.id, input.id));
    if (!row) {
      authorizeAnywhere(tx, ctx, "budgets", "view");
      throw notFound("budget");
    }
    authorize(tx, ctx, "budgets", "view", { workspaceId: row.workspaceId });
    // Makes the window that runs now, where nothing has needed it yet.
    if (!row.archivedAt) await openWindows(tx, [row.scopeId], false);
    const windows = await tx.select().from(budgetWindow).where(eq(budgetWindow.budgetId, row.id)).orderBy(desc(budgetWindow.startsAt)).limit(pastWindows);
    const window = input.window ? windows.find((one) => one.id === input.window) : windows[0];
    if (!window) throw notFound("budget window");
    const names = await scopeNames(tx, [row]);
    const [org] = await tx.select({ currency: organization.currency }).from(organization);
    const now = new Date();
    const target = { workspaceId: row.workspaceId };
    const spentMicros = window.committedMicros + window.overrunMicros;
    const current = window.endsAt > now && !row.archivedAt;
    return {
      budget: { ...row, scopeName: names.get(row.scopeId) ?? row.scopeType },
      currency: org?.currency ?? "USD",
      window: { ...window, current, spentMicros, leftMicros: leftMicros({ ...window, capMicros: row.capMicros, spentMicros }) },
      windows: windows.map(({ id, startsAt, endsAt }) => ({ id, startsAt, endsAt })),
      ...(await spending(tx, row.timeZone, window, now)),
      held: await heldNow(tx, window.id),
      alerts: await tx.select().from(budgetAlert).where(eq(budgetAlert.windowId, window.id)).orderBy(asc(budgetAlert.threshold)),
      requests: await raiseRequests(tx, window.id),
      can: {
        set: !row.archivedAt && may(ctx, "budgets", "set", target),
        ask: current && may(ctx, "approvals", "request", target),
      },
    };
  });
}

/** What was settled, day by day and agent by agent: two views of the same rows. */
async function spending(tx: Tx, timeZone: string, window: typeof budgetWindow.$inferSelect, now: Date) {
  const spent = await spentDays(tx, { ...window, timeZone });
  // What was reserved in the window's last hours may have been settled after it.
  const days = [...new Set([...daysOf({ ...window, timeZone }, now), ...spent.map((row) => row.day)])].sort();
  let soFarMicros = 0;
  const perDay = days.map((day) => {
    const { spentMicros, actions } = total(spent.filter((row) => row.day === day));
    soFarMicros += spentMicros;
    return { day, actions, spentMicros, soFarMicros };
  });
  const agents = new Map(spent.map((row) => [row.agentId, row.agentName]));
  const perAgent = [...agents].map(([agentId, agentName]) => ({ agentId, agentName, ...total(spent.filter((row) => row.agentId === agentId)) }));
  return { days: perDay, agents: perAgent.sort((a, b) => b.spentMicros - a.spentMicros) };
}

function total(rows: readonly SpentDay[]): { spentMicros: number; actions: number } {
  return { spentMicros: rows.reduce((sum, row) => sum + row.spentMicros, 0), actions: rows.reduce((sum, row) => sum + row.actions, 0) };
}

async function heldNow(tx: Tx, windowId: string) {
  const holds = and(eq(reservation.status, "held"), sql`${reservation.windowIds} @> array[${windowId}]::uuid[]`);
  const rows = await tx
    .select({
      actionId: action.id, agentName: agent.name, tool: action.tool, status: action.status, amountMicros: reservation.amountMicros,
      createdAt: reservation.createdAt, expiresAt: reservation.expiresAt,
    })
    .from(reservation)
    .innerJoin(action, eq(action.id, reservation.actionId))
    .innerJoin(agent, eq(agent.id, action.agentId))
    .where(holds)
    .orderBy(desc(reservation.amountMicros), asc(reservation.id))
    .limit(heldShown);
  const [all] = await tx.select({ count: sql<number>`count(*)::int`, sum: sql<string>`coalesce(sum(${reservation.amountMicros}), 0)::text` }).from(reservation).where(holds);
  return { rows, count: all?.count ?? 0, sumMicros: Number(all?.sum ?? 0) };
}

function raiseRequests(tx: Tx, windowId: string) {
  return tx
    .select({
      id: approval.id, status: approval.status, amountMicros: approval.amountMicros, reason: approval.reason, createdAt: approval.createdAt,
      requesterName: person.name, agentName: agent.name,
    })
    .from(approval)
    .leftJoin(person, eq(person.id, approval.requesterPersonId))
    .leftJoin(agent, eq(agent.id, approval.requesterAgentId))
    .where(and(eq(approval.kind, "budget"), sql`${approval.budgetRequest} ->> 'windowId' = ${windowId}`))
    .orderBy(desc(approval.createdAt), desc(approval.id))
    .limit(20);
}
