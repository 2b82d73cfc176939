import postgres from "postgres";
import { loadBudget } from "@/lib/budgets/load";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import type { AuditEvent, Evidence } from "./evidence";
import type { World } from "./world";

const page = 5_000;

/** Reads everything that is judged, as rows, when nobody writes any more. */
export async function gather(adminUrl: string, world: World): Promise<Evidence> {
  const amounts = { to: 20, from: [20], parse: Number, serialize: String };
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {}, types: { bigint: amounts } });
  const organizationId = world.organizationId;
  try {
    return {
      organizationId,
      events: await readEvents(sql, organizationId),
      agents: await sql<Evidence["agents"]>`select id, workspace_id as "workspaceId", project_id as "projectId" from agent where organization_id = ${organizationId}`,
      budgets: await sql<Evidence["budgets"]>`select id, scope_id as "scopeId" from budget where organization_id = ${organizationId}`,
      windows: await sql<Evidence["windows"]>`
        select id, budget_id as "budgetId", committed_micros as "committedMicros", reserved_micros as "reservedMicros",
          raised_micros as "raisedMicros", overrun_micros as "overrunMicros" from budget_window where organization_id = ${organizationId}`,
      actions: await sql<Evidence["actions"]>`
        select id, agent_id as "agentId", idempotency_key as "idempotencyKey", status, decision, rule, rule_detail -> 'budget' as refusal,
          estimated_cost_micros as "estimatedCostMicros", actual_cost_micros as "actualCostMicros", ended_at is not null as ended
        from action where organization_id = ${organizationId}`,
      reservations: await sql<Evidence["reservations"]>`
        select action_id as "actionId", window_ids as "windowIds", amount_micros as "amountMicros", actual_micros as "actualMicros", status
        from reservation where organization_id = ${organizationId}`,
      approvals: await sql<Evidence["approvals"]>`select id, action_id as "actionId", status from approval where organization_id = ${organizationId}`,
      rollups: await readRollups(world),
    };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function readEvents(sql: postgres.Sql, organizationId: string): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (;;) {
    const rows = await sql<{ seq: number; body: string }[]>`
      select seq, body from audit_event where organization_id = ${organizationId} and seq > ${events.at(-1)?.seq ?? 0} order by seq limit ${page}`;
    for (const { seq, body } of rows) {
      const { action, requestId, resource, outcome, details } = JSON.parse(body) as Omit<AuditEvent, "seq" | "resourceId"> & { resource: { id: string } };
      events.push({ seq, action, requestId, resourceId: resource.id, outcome, details: details ?? {} });
    }
    if (rows.length < page) return events;
  }
}

/** What a person would see on the budgets' pages. */
async function readRollups(world: World): Promise<Evidence["rollups"]> {
  const banker = await loadPersonCtx(world.banker, { requestId: newId(), ip: null, userAgent: null });
  if (!banker) throw new Error("the banker's session is gone");
  const rollups: Evidence["rollups"] = [];
  for (const budget of world.budgets) {
    const { window, days, held } = await loadBudget(banker, { id: budget.id });
    if (!window.current) continue;
    rollups.push({ windowId: window.id, spentMicros: days.at(-1)?.soFarMicros ?? 0, heldMicros: held.sumMicros, leftMicros: window.leftMicros });
  }
  return rollups;
}
