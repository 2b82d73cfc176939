import type postgres from "postgres";

/** Something that is open and that a client may act on next. */
export type Target = {
  actionId: string;
  agentId: string;
  tool: string;
  status: "pending_approval" | "allowed" | "running";
  reservedMicros: number;
  approvalId: string | null;
  digest: string;
  runId: string | null;
  jobNonce: string | null;
};

const shown = 120;

/** Some of what is open, whoever asked for it, so that clients get in each other's way. */
export async function openTargets(sql: postgres.Sql, organizationId: string): Promise<Target[]> {
  return sql<Target[]>`
    select x.id as "actionId", x.agent_id as "agentId", x.tool, x.status, r.amount_micros::float8 as "reservedMicros", p.id as "approvalId",
      encode(x.digest, 'hex') as digest, u.id as "runId", u.job_nonce as "jobNonce"
    from reservation r join action x on x.id = r.action_id
    left join approval p on p.action_id = x.id left join run u on u.action_id = x.id
    where r.organization_id = ${organizationId} and r.status = 'held'
    order by random() limit ${shown}`;
}

/** Requests for more money that wait. */
export async function openRaises(sql: postgres.Sql, organizationId: string): Promise<{ id: string; digest: string }[]> {
  return sql<{ id: string; digest: string }[]>`
    select id, encode(digest, 'hex') as digest from approval
    where organization_id = ${organizationId} and kind = 'budget' and status = 'pending' limit 20`;
}

/** Lets time pass for one action: what it waits for, or was given, ends a moment ago. */
export async function letExpire(sql: postgres.Sql, target: Target): Promise<void> {
  await sql.begin(async (tx) => {
    const [row] = await tx<{ status: string }[]>`select status from action where id = ${target.actionId} for update`;
    const past = tx`now() - interval '1 second'`;
    if (row?.status === "pending_approval") await tx`update approval set expires_at = ${past} where action_id = ${target.actionId} and status = 'pending'`;
    if (row?.status === "allowed") await tx`update action set grant_expires_at = ${past} where id = ${target.actionId}`;
    await tx`update reservation set expires_at = ${past} where action_id = ${target.actionId} and status = 'held'`;
  });
}

/** Ends the windows of a budget: they become those of a time long ago, and the next call finds none for today. */
export async function endWindows(sql: postgres.Sql, budgetId: string, times: number): Promise<void> {
  const back = `${times * 400} days`;
  await sql`
    update budget_window set starts_at = starts_at - ${back}::interval, ends_at = ends_at - ${back}::interval
    where budget_id = ${budgetId} and ends_at > now()`;
}
