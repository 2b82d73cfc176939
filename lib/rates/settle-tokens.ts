import { and, eq, gt, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { prepared, type Tx } from "@/db/tenant";
import { tokens } from "./counted";
import { lockRates } from "./take";
import { RateWindow, type Slices } from "./window";

type Row = { period: "day" | "month"; slices: Slices; nowMs: string | number };

const select = `
  select u.period, u.slices, extract(epoch from clock_timestamp()) * 1000 as "nowMs"
  from rate_use u where u.agent_id = $1 and u.tool = $2 order by u.period collate "C" for update`;

/** Gives back the tokens of an action that never began. */
export async function releaseTokens(tx: Tx, actionId: string): Promise<void> {
  const { agentId, estimatedTokens, createdAt } = action;
  const [counted] = await tx.select({ agentId, estimatedTokens, createdAt }).from(action).where(and(eq(action.id, actionId), gt(estimatedTokens, 0)));
  if (counted) await settleTokens(tx, counted, 0);
}

/**
 * Puts right what an action counted of its agent's tokens, once it is known how many it used: none where it never began.
 * To be taken after the budgets' windows, as the decision does. What was used beyond a limit is counted too, and keeps the
 * agent's next actions back.
 */
export async function settleTokens(tx: Tx, counted: { agentId: string; estimatedTokens: number; createdAt: Date }, used: number): Promise<void> {
  const more = used - counted.estimatedTokens;
  if (more === 0) return;
  if (more > 0) {
    const ask = { agentId: counted.agentId, limits: (["day", "month"] as const).map((period) => ({ tool: tokens, period, calls: Infinity, each: more })) };
    const book = await lockRates(tx, [ask]);
    book.take(ask);
    for (const statement of book.statements()) await prepared(tx, statement);
    return;
  }
  for (const { period, slices, nowMs } of await prepared<Row>(tx, { text: select, values: [counted.agentId, tokens] })) {
    const window = new RateWindow({ period }, slices, Number(nowMs));
    window.giveBack(-more, counted.createdAt.getTime());
    await tx.execute(sql`update rate_use set slices = ${JSON.stringify(window.slices)}::jsonb where agent_id = ${counted.agentId} and tool = ${tokens} and period = ${period}`);
  }
}
