import type postgres from "postgres";

const perStatement = 5_000;

/**
 * Appends events by the product's own function, so that the chain is whole: those of a company with a few hundred people and
 * agents, many actions, and words of which some are rare. SQL makes the bodies, since canonical JSON takes longer to make
 * than to append. The last one happens now, each a tenth of a second after the one before.
 */
export async function fillEvents(admin: postgres.Sql, organizationId: string, rows: number, workspaceId: string): Promise<void> {
  const began = Date.now() - rows * 100;
  for (let from = 1; from <= rows; from += perStatement) {
    const to = Math.min(rows, from + perStatement - 1);
    await admin.begin(async (tx) => {
      await tx`select set_config('countersign.tenant', ${organizationId}, true), set_config('synchronous_commit', 'off', true), set_config('jit', 'off', true)`;
      await tx.unsafe(`select audit_append(array(select ${bodyOf} from generate_series($1::int, $2::int) n))`, [from, to, organizationId, workspaceId, began]);
    });
  }
  await admin`vacuum analyze audit_event`;
}

/** What event `n` of `fillEvents` can be found by. */
export const eventIds = {
  actor: (n: number) => id("0190a0a0", n),
  request: (n: number) => id("0190d0d0", n),
  resource: (n: number) => id("0190e0e0", n),
};

function id(kind: string, n: number): string {
  return `${kind}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
}

const actor = "n % 211";
const uuidOf = (kind: string, n: string) => `'${kind}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0')`;
const mixed = (n: string) => `md5(${n}::text)`;

/** SQL of the canonical body of event `n`, as long as that of a decision. */
const bodyOf = [
  `'{"action":"' || (array['actions.decided','actions.decided','actions.decided','actions.completed','approvals.requested','approvals.decided','agents.updated','keys.created','runs.ended','budgets.set'])[1 + n % 10]`,
  `'","actor":{"id":"' || ${uuidOf("0190a0a0", actor)} || '","ip":"192.0.2.' || n % 199 || '","key":"' || ${uuidOf("0190b0b0", actor)}`,
  `'","kind":"agent","name":"Agent ' || ${actor} || '","userAgent":"agent/1.0"},"details":{"decision":"allow","digest":"' || ${mixed("n")} || ${mixed("(-n)")}`,
  `'","estimatedCostMicros":12000,"message":"The policy allows mail.send for this agent.","operation":"send","policyVersion":3,"reservedMicros":12000,"resource":"customer-' || substr(${mixed("n")}, 1, 6)`,
  `'","risk":"LOW","riskReasons":["Reversible","Below the limit"],"rule":"capability","runId":null,"tool":"' || case when n % 5003 = 0 then 'zeppelin' when n % 7 = 0 then 'ledger' else 'mail' end`,
  `'"},"id":"' || ${uuidOf("0190c0c0", "n")} || '","organization":"' || $3::text || '","outcome":"' || case when n % 23 = 0 then 'blocked' when n % 17 = 0 then 'failure' else 'success' end`,
  `'","requestId":"' || ${uuidOf("0190d0d0", "n")} || '","resource":{"id":"' || ${uuidOf("0190e0e0", "n / 3")} || '","name":"mail send","type":"' || case when n % 9 = 0 then 'approval' else 'action' end`,
  `'","workspace":' || case when n % 4 = 0 then '"' || $4::text || '"' else 'null' end || '},"severity":"' || case when n % 1009 = 0 then 'critical' when n % 13 = 0 then 'warning' else 'info' end`,
  `'","time":"' || to_char(timestamp '1970-01-01' + ($5::bigint + n * 100) * interval '1 millisecond', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","v":1}'`,
].join(" ||\n");
