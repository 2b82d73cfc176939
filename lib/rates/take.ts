import { prepared, type Statement, type Tx } from "@/db/tenant";
import type { RateLimit } from "./limits";
import { apiCalls, tokens } from "./counted";
import { RateWindow, type Slices } from "./window";

/** The rule that refuses calls of a tool which are too many. */
export const rateRule = "capability.rate";
/** Those that refuse calls of the API, and actions, of an agent that used as much as it may in all. */
export const apiCallRule = "limit.api_calls";
export const tokenRule = "limit.tokens";

/** The rates that one call is under. */
export type RateAsk = { agentId: string; limits: readonly RateLimit[] };

export type Exceeded = { rule: typeof rateRule | typeof apiCallRule | typeof tokenRule; message: string; limit: RateLimit; retryAt: Date; retryAfterSeconds: number };

/** Locked counts of calls, which decide a batch in order and are written with it. */
export type RateBook = {
  /** What is exceeded if this call is let through, with the longest wait of all its rates. Takes nothing. */
  exceeded: (ask: RateAsk) => Exceeded | null;
  /** Counts a call that is let through. What is denied, for whatever reason, is not taken. */
  take: (ask: RateAsk) => void;
  /** What was taken; none when nothing was. To be written in the same transaction. */
  statements: () => Statement[];
};

type Key = { agentId: string; tool: string; period: RateLimit["period"] };
type Row = Key & { slices: Slices; nowMs: string | number };

const asked = "unnest($1::uuid[], $2::text[], $3::text[]) as asked (agent_id, tool, period)";

// Locked in the order of the keys, so that two transactions never wait for one another. Text, so that it is the order in which
// they are made below too.
const select = `
  select u.agent_id as "agentId", u.tool, u.period, u.slices, extract(epoch from clock_timestamp()) * 1000 as "nowMs"
  from ${asked} join rate_use u on u.agent_id = asked.agent_id and u.tool = asked.tool and u.period = asked.period
  order by u.agent_id::text collate "C", u.tool collate "C", u.period collate "C" for update of u`;

const make = `
  insert into rate_use (organization_id, agent_id, tool, period, slices, used_at)
  select a.organization_id, a.id, asked.tool, asked.period, '[]', now()
  from ${asked} join agent a on a.id = asked.agent_id
  order by asked.agent_id::text collate "C", asked.tool collate "C", asked.period collate "C"
  on conflict do nothing`;

// What no rate can count any more, of the agents for which something new is counted, but for what is asked now. Nobody is waited for.
const clean = `
  delete from rate_use where ctid = any(array(
    select u.ctid from rate_use u where u.agent_id = any($1::uuid[]) and u.used_at < now() - case u.period when 'month' then interval '32 days' else interval '2 days' end
      and not exists (select from ${asked} where u.agent_id = asked.agent_id and u.tool = asked.tool and u.period = asked.period)
    for update skip locked))`;

const write = `
  update rate_use u set slices = taken.slices::jsonb, used_at = now()
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as taken (agent_id, tool, period, slices)
  where u.agent_id = taken.agent_id and u.tool = taken.tool and u.period = taken.period`;

const mostTries = 3;

/**
 * Locks the counts of the rates that these calls are under until the transaction ends, so that no other process lets a call
 * through meanwhile: exact, however many servers there are. Costs nothing where no call is under a rate. To be taken after the
 * budgets' windows and the turn of waiting approvals.
 */
export async function lockRates(tx: Tx, asks: readonly RateAsk[]): Promise<RateBook> {
  const keys = new Map(asks.flatMap((ask) => ask.limits.map(({ tool, period }) => [keyOf({ agentId: ask.agentId, tool, period }), { agentId: ask.agentId, tool, period }])));
  const windows = await lockWindows(tx, [...keys.values()]);
  const taken = new Set<string>();

  function each(ask: RateAsk): { key: string; window: RateWindow; limit: RateLimit }[] {
    return ask.limits.map((limit) => {
      const key = keyOf({ agentId: ask.agentId, tool: limit.tool, period: limit.period });
      const window = windows.get(key);
      if (!window) throw new Error("a rate is asked that was not locked");
      return { key, window, limit };
    });
  }

  return {
    exceeded(ask) {
      let longest: Exceeded | null = null;
      for (const { window, limit } of each(ask)) {
        const until = window.fullUntil(limit.calls, limit.each);
        if (until && until > (longest?.retryAt ?? new Date(0))) longest = exceeded(limit, until, window.used);
      }
      return longest;
    },
    take(ask) {
      for (const { key, window, limit } of each(ask)) {
        window.take(limit.each);
        taken.add(key);
      }
    },
    statements() {
      const rows = [...taken].sort().flatMap((id) => {
        const [key, window] = [keys.get(id), windows.get(id)];
        return key && window ? [{ ...key, slices: JSON.stringify(window.slices) }] : [];
      });
      if (rows.length === 0) return [];
      return [{ text: write, values: [...columns(rows), rows.map(({ slices }) => slices)] }];
    },
  };
}

async function lockWindows(tx: Tx, keys: readonly Key[]): Promise<Map<string, RateWindow>> {
  const windows = new Map<string, RateWindow>();
  for (let tries = 0; windows.size < keys.length; tries++) {
    if (tries > mostTries) throw new Error("a count of calls cannot be locked");
    const missing = keys.filter((key) => !windows.has(keyOf(key)));
    if (tries > 0) {
      await Promise.all([
        prepared(tx, { text: make, values: columns(missing) }),
        prepared(tx, { text: clean, values: columns(keys) }),
      ]);
    }
    for (const row of await prepared<Row>(tx, { text: select, values: columns(missing) })) {
      windows.set(keyOf(row), new RateWindow(row, row.slices, Number(row.nowMs)));
    }
  }
  return windows;
}

function exceeded(limit: RateLimit, retryAt: Date, used: number): Exceeded {
  const { rule, message } = words(limit, used);
  return {
    rule,
    message: `${message} ${retryAt.toISOString()}.`,
    limit,
    retryAt,
    retryAfterSeconds: Math.max(1, Math.ceil((retryAt.getTime() - Date.now()) / 1000)),
  };
}

function words({ tool, calls, period, each = 1 }: RateLimit, used: number): { rule: Exceeded["rule"]; message: string } {
  const any = period === "month" ? "any thirty days" : period === "day" ? "any twenty-four hours" : `any ${period}`;
  if (tool === apiCalls) return { rule: apiCallRule, message: `This agent may call the API ${calls} times in ${any}, and did. The next call may be made at` };
  if (tool === tokens) {
    const left = Math.max(0, calls - used);
    return { rule: tokenRule, message: `This agent may use ${calls} tokens in ${any}; ${left} are left, and this needs ${each === 0 ? "some" : each}. There is room for it at` };
  }
  return { rule: rateRule, message: `The policy allows ${calls} calls of ${tool} in ${period === "day" ? "any day" : any}, and as many were made. The next one may be made at` };
}

function keyOf({ agentId, tool, period }: Key): string {
  return `${agentId} ${tool} ${period}`;
}

function columns(keys: readonly Key[]): [string[], string[], string[]] {
  return [keys.map(({ agentId }) => agentId), keys.map(({ tool }) => tool), keys.map(({ period }) => period)];
}
