import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { budget, budgetAlert, budgetWindow } from "@/db/schema/budget";
import { organization } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { env } from "@/lib/env";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";
import { transact } from "@/lib/transact";
import { formatAmount } from "./amount";
import { scopeNames } from "./scope-names";

export const TellThresholdInput = z.strictObject({ windowId: z.uuid(), threshold: z.int() });
export type TellThresholdInput = z.infer<typeof TellThresholdInput>;

/**
 * Tells the people who can act (who may set this budget) that a threshold was reached, in the portal and by mail, once per
 * window and threshold however often it is called. Gives how many people it is new to.
 */
export async function tellThreshold(ctx: Ctx, input: TellThresholdInput): Promise<number> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "budgets", "view");
    const alert = await loadAlert(tx, input);
    if (!alert) return { value: 0, audit: noAudit("no such threshold was reached") };
    const people = await peopleWith(tx, "budgets", "set", alert.workspaceId);
    const text = thresholdWords(alert, input.threshold);
    const dedupeKey = `budget-threshold:${input.windowId}:${input.threshold}`;
    const href = `/budgets/${alert.budgetId}`;
    const told = await notify(tx, ctx.organizationId, { personIds: people.map((person) => person.id), dedupeKey, href, ...text });
    const send: JobEvent[] = [];
    for (const person of people.filter((one) => told.includes(one.id))) {
      const mail = { dedupeKey: `${dedupeKey}:${person.id}`, to: person.email, subject: text.title, text: `${text.body}\n\n${new URL(href, env().APP_URL).href}\n` };
      send.push(...(await queueMail(tx, ctx.organizationId, mail)));
    }
    return { value: told.length, audit: noAudit("the alert was recorded when the threshold was reached"), send };
  });
}

/** A threshold that was reached, with what its words need; null: it was not. */
export async function loadAlert(tx: Tx, { windowId, threshold }: TellThresholdInput) {
  const [row] = await tx
    .select({
      budgetId: budget.id, scopeType: budget.scopeType, scopeId: budget.scopeId, workspaceId: budget.workspaceId, period: budget.period,
      hard: budget.hard, endsAt: budgetWindow.endsAt, usedMicros: budgetAlert.usedMicros, capMicros: budgetAlert.capMicros, currency: organization.currency,
    })
    .from(budgetAlert)
    .innerJoin(budgetWindow, eq(budgetWindow.id, budgetAlert.windowId))
    .innerJoin(budget, eq(budget.id, budgetWindow.budgetId))
    .innerJoin(organization, eq(organization.id, budget.organizationId))
    .where(and(eq(budgetAlert.windowId, windowId), eq(budgetAlert.threshold, threshold)));
  if (!row) return null;
  const names = await scopeNames(tx, [row]);
  return { ...row, scopeName: names.get(row.scopeId) ?? row.scopeType };
}

/** What people are told of it. */
export function thresholdWords(alert: NonNullable<Awaited<ReturnType<typeof loadAlert>>>, threshold: number): { title: string; body: string } {
  const of = `${formatAmount(alert.usedMicros, alert.currency)} of ${formatAmount(alert.capMicros, alert.currency)}`;
  const next = alert.hard ? "At the cap, further actions are refused until then, unless the budget is raised." : "This budget only tells; it refuses nothing.";
  return {
    title: `${threshold}% of the ${alert.period}'s budget of ${alert.scopeName} is used`,
    body:
      `The ${alert.scopeType} ${alert.scopeName} has spent or reserved ${of}. ` +
      `The budget resets at ${alert.endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC. ${next}`,
  };
}
