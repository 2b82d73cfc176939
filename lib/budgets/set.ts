import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { budget, budgetPeriods, budgetScopes } from "@/db/schema/budget";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";
import { noteCrossings } from "./alert";
import { microsInput } from "./micros-input";
import { crossed } from "./reserve";
import { loadScope } from "./scope";
import { leftMicros, openWindows, usedMicros } from "./window";

const percents = z
  .array(z.int("must be whole percents, e.g. 80, 100").min(1, "must be at least 1 %").max(200, "must be at most 200 %"))
  .min(1, "needs at least one threshold, e.g. 80, 100")
  .max(6, "must be at most six thresholds")
  .transform((list) => [...new Set(list)].sort((a, b) => a - b));

export const SetBudgetInput = z.strictObject({
  scopeType: z.enum(budgetScopes),
  scopeId: z.uuid(),
  period: z.enum(budgetPeriods),
  /** IANA name, e.g. Europe/Berlin: windows begin at local midnight. */
  timeZone: z.string().max(64).refine(isTimeZone, "is not a time zone; use an IANA name such as Europe/Berlin"),
  capMicros: microsInput(),
  /** A hard cap refuses; a soft one only tells. */
  hard: z.preprocess((value) => (value === "true" ? true : value === "false" ? false : value), z.boolean("must be true or false")),
  /** Percent of the cap at which people are told: a list, or text with commas. */
  thresholds: z.preprocess((value) => (typeof value === "string" ? numbersOf(value) : value), percents),
});
export type SetBudgetInput = z.infer<typeof SetBudgetInput>;

export type SetBudget = {
  id: string;
  created: boolean;
  /** What is left in the window that runs now; negative when the cap was set below what is used. */
  leftMicros: number;
};

/**
 * Sets the budget of an organization, workspace, project or agent for a period: makes it, or changes cap, kind and
 * thresholds of the one there is. A cap below what is used is taken: then nothing more is allowed until the window ends.
 * @throws AppError `conflict` for another time zone: windows that overlap would count money twice or not at all.
 */
export async function setBudget(ctx: Ctx, input: SetBudgetInput): Promise<SetBudget> {
  return transact(ctx, async (tx) => {
    const scope = await loadScope(tx, input.scopeType, input.scopeId).catch((error: unknown) => {
      // Whoever may set no budget anywhere learns nothing about what there is.
      authorize(tx, ctx, "budgets", "set", { workspaceId: null });
      throw error;
    });
    authorize(tx, ctx, "budgets", "set", { workspaceId: scope.workspaceId });
    // Windows before their budgets, as decisions lock them.
    await openWindows(tx, [scope.scopeId], true);
    const before = await current(tx, input);
    const { capMicros, hard, thresholds, timeZone, period } = input;
    if (before && before.timeZone !== timeZone) {
      throw conflict(`This budget counts in ${before.timeZone}, which cannot be changed.`, "Close it and set a new one; the new one counts from then on.");
    }
    if (!before) await requireKnownZone(tx, timeZone);
    const id = before?.id ?? newId();
    if (before) await tx.update(budget).set({ capMicros, hard, thresholds }).where(eq(budget.id, id));
    else {
      const createdBy = ctx.actor.kind === "person" ? ctx.actor.id : null;
      const { scopeType, scopeId, workspaceId } = scope;
      const values = { id, organizationId: ctx.organizationId, scopeType, scopeId, workspaceId, period, timeZone, capMicros, hard, thresholds, createdBy };
      const [made] = await tx.insert(budget).values(values).onConflictDoNothing().returning({ id: budget.id });
      if (!made) throw conflict("Somebody else set this budget at the same moment.", "Load the page again to see it.");
    }
    const window = (await openWindows(tx, [scope.scopeId], true)).find((one) => one.budgetId === id);
    // A lower cap may reach a threshold without any new spending.
    const reached = window ? crossed({ ...window, spentMicros: 0, reservedMicros: 0 }, usedMicros(window)) : [];
    const alerts = await noteCrossings(tx, ctx.organizationId, reached);
    return {
      value: { id, created: !before, leftMicros: window ? leftMicros(window) : capMicros },
      audit: [
        {
          action: "budgets.set",
          resource: { type: "budget", id, name: `${scope.scopeType} budget`, workspaceId: scope.workspaceId },
          details: {
            scopeType: scope.scopeType,
            scopeId: scope.scopeId,
            period,
            timeZone,
            before: before && { capMicros: before.capMicros, hard: before.hard, thresholds: before.thresholds },
            after: { capMicros, hard, thresholds },
          },
        },
        ...alerts.audit,
      ],
      send: alerts.send,
    };
  });
}

async function current(tx: Tx, input: SetBudgetInput) {
  const [row] = await tx
    .select()
    .from(budget)
    .where(and(eq(budget.scopeType, input.scopeType), eq(budget.scopeId, input.scopeId), eq(budget.period, input.period), isNull(budget.archivedAt)))
    .for("update");
  return row ?? null;
}

/** Windows are computed by the database, so its list of zones is the one that counts. */
async function requireKnownZone(tx: Tx, timeZone: string): Promise<void> {
  const [known] = await tx.execute(sql`select 1 from pg_timezone_names where name = ${timeZone} limit 1`);
  if (!known) throw new AppError("invalid_input", "timeZone: is not a known time zone", { fields: { timeZone: "is not known here; use an IANA name such as Europe/Berlin" } });
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}

function numbersOf(text: string): number[] {
  return text.split(/[\s,;%]+/).filter(Boolean).map(Number);
}
