import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { indexAudit } from "@/lib/audit/index-events";
import { setAgentStatus } from "@/lib/agents/set-status";
import { decideApproval } from "@/lib/approvals/decide";
import { systemCtx } from "@/lib/ctx/system";
import { liveChannel } from "@/lib/live/topics";
import { type World, world } from "@/lib/testing/world";
import { useWorldParts } from "@/lib/testing/world-parts";

const { current } = useWorldParts();

let ours: World;
let foreign: World;
let app: postgres.Sql;
let admin: postgres.Sql;
const heard: string[] = [];

beforeAll(async () => {
  app = postgres(current().url, { max: 1, onnotice: () => {} });
  admin = postgres(current().adminUrl, { max: 1, onnotice: () => {} });
  await app.listen(liveChannel, (payload) => heard.push(payload));
  [ours, foreign] = [await world(), await world()];
  for (const { organizationId } of [ours, foreign]) await indexAudit(systemCtx("audit", organizationId));
});
afterAll(() => Promise.all([app.end(), admin.end()]));

const marks = () => [ours.here.mark, ours.there.mark];

/** Tables of the application with the rows they hold for both organizations together, as a superuser sees them. */
async function tables(): Promise<{ name: string; rows: number; tenant: string | null }[]> {
  const found = await admin<{ name: string; tenant: string | null }[]>`
    select c.relname as name, case when c.relname = 'organization' then 'id' else (select attname from pg_attribute where attrelid = c.oid and attname = 'organization_id') end as tenant
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`;
  return Promise.all(
    found.map(async (table) => {
      const [row] = await admin<{ rows: number }[]>`select count(*)::int as rows from ${admin(table.name)}`;
      return { ...table, rows: row?.rows ?? 0 };
    }),
  );
}

/** Runs a statement as the application within a tenant, or within none. */
const asApp = <T>(tenant: string | null, work: (sql: postgres.TransactionSql) => Promise<T>) =>
  app.begin(async (sql) => {
    if (tenant) await sql`select set_config('countersign.tenant', ${tenant}, true)`;
    return work(sql);
  });

const refused = (error: unknown): null => {
  if (error instanceof postgres.PostgresError && error.code === "42501") return null;
  throw error;
};

describe("every table, by raw SQL", () => {
  it("is full for this test, but for what only money that runs out, replies of a runner and a long audit leave", async () => {
    const empty = (await tables()).filter((table) => table.rows === 0).map((table) => table.name);
    expect(empty.filter((name) => !["audit_index_frequent", "bootstrap_link", "budget_alert", "rate_limit", "runner_nonce"].includes(name))).toEqual([]);
  });

  it("shows nothing where no tenant is set", async () => {
    for (const { name, tenant } of await tables()) {
      if (!tenant) continue;
      const rows = await asApp(null, (sql) => sql`select * from ${sql(name)} limit 1`).catch(refused);
      expect([name, rows ?? []]).toEqual([name, []]);
    }
  });

  it("shows another tenant's rows to nobody, whatever the condition", async () => {
    for (const { name, tenant } of await tables()) {
      const rows = await asApp(foreign.organizationId, async (sql) => [
        ...(tenant ? await sql`select * from ${sql(name)} where ${sql(tenant)} = ${ours.organizationId}` : []),
        ...(await sql`select to_jsonb(t)::text as row from ${sql(name)} t`),
      ]).catch(refused);
      const text = JSON.stringify(rows ?? []);
      for (const secret of [ours.organizationId, ...marks()]) expect(text.includes(secret), `${name} shows ${secret}`).toBe(false);
    }
  });

  it("lets another tenant's rows be neither changed, removed nor added to", async () => {
    for (const { name, tenant } of await tables()) {
      if (!tenant) continue;
      const inForeign = (statement: string, ...values: string[]) => asApp(foreign.organizationId, async (sql) => (await sql.unsafe(statement, values)).count).catch(refused);
      expect([name, (await inForeign(`update "${name}" set "${tenant}" = "${tenant}" where "${tenant}" = $1`, ours.organizationId)) ?? 0]).toEqual([name, 0]);
      expect([name, (await inForeign(`delete from "${name}" where "${tenant}" = $1`, ours.organizationId)) ?? 0]).toEqual([name, 0]);
      // A row of one's own does not become another's either: append-only, referenced, or against the policy.
      const given = await asApp(foreign.organizationId, async (sql) => (await sql.unsafe(`update "${name}" set "${tenant}" = $1`, [ours.organizationId])).count).catch((error: { code?: string }) => error.code);
      expect([0, "42501", "CS002", "23503"], `${name} could be given away`).toContain(given);
    }
  });

  it("gives up nothing through functions, or through what the server tells of its connections", async () => {
    const own = await asApp(foreign.organizationId, (sql) => sql`select e.* from audit_event e`);
    expect(own.length).toBeGreaterThan(0);
    for (const call of ["select gate_organizations()::text as x", `select gate_session('${ours.here.member.actor.sessionId}')::text as x`, `select row_to_json(g)::text as x from gate_sign_in('member-${ours.here.mark}@example.test') g`, `select gate_run('${ours.here.run.runId}')::text as x`, "select gate_outbox()::text as x", "select query as x from pg_stat_activity"]) {
      const text = JSON.stringify(await asApp(foreign.organizationId, (sql) => sql.unsafe(call))).replaceAll(`member-${ours.here.mark}@example.test`, "");
      for (const mark of marks()) expect(text, call).not.toContain(mark);
    }
  });
});

it("what is told to whoever listens names ids and nothing else", async () => {
  heard.length = 0;
  await setAgentStatus(ours.admin, { id: ours.there.agentId, status: "suspended" });
  const { approvalId, pending } = ours.here;
  await decideApproval(await ours.as("supervisor"), { id: approvalId, digest: pending.digest, decision: "rejected", reason: `No, ${ours.here.mark}` });
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), { timeout: 60_000 });
  const Told = z.strictObject({ organizationId: z.uuid(), topic: z.string().regex(/^(approvals|(run|action|notices|access):[0-9a-f-]{36})$/) });
  for (const payload of heard) expect(Told.safeParse(JSON.parse(payload)).success, payload).toBe(true);
});
