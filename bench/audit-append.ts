import { createHash, randomUUID } from "node:crypto";
import postgres from "postgres";
import type { AuditEntry } from "@/lib/audit/actions";
import { auditBody } from "@/lib/audit/append";
import { recordEvent } from "@/lib/audit/record";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { compare } from "./harness/compare";
import { keepInFlight } from "./harness/in-flight";
import type { Bench, BenchRow } from "./harness/row";
import { benchTenant } from "./harness/tenant";

const bareConnections = 16;

/** (c) Events that stand alone, as a refused request leaves one; in the chain and on the disk when the call returns. */
export const row: BenchRow = {
  title: "audit append with chain, durable",
  beside: `bare single-row autocommit inserts into a table of the same columns and key, ${bareConnections} connections`,
  async *run(bench) {
    const { agent } = await benchTenant();
    const bare = await bareInserts(bench, agent);
    for (const inFlight of [1, 64, 256]) {
      yield await compare(bench, {
        case: `${inFlight} in flight`,
        unit: "per second",
        ours: async () => (await keepInFlight(inFlight, bench.measureMs, () => recordEvent(agent, entry()))).perSecond,
        beside: async () => (await keepInFlight(inFlight, bench.measureMs, bare)).perSecond,
        ...(inFlight === 1 ? { target: { atLeast: 0.85 } } : inFlight === 256 ? { target: { atLeast: 3 } } : {}),
      });
    }
  },
};

/** As long as the event of a decision. */
function entry(): AuditEntry {
  const id = randomUUID();
  return {
    action: "actions.decided",
    resource: { type: "action", id, name: "mail send", workspaceId: null },
    details: {
      tool: "mail", operation: "send", resource: `customer-${id.slice(0, 6)}`, digest: createHash("sha256").update(id).digest("hex"), policyVersion: 3,
      decision: "allow", rule: "capability", message: "The policy allows mail.send for this agent.", risk: "LOW", riskReasons: ["Reversible", "Below the limit"],
      estimatedCostMicros: 12_000, reservedMicros: 12_000, runId: null,
    },
  };
}

/**
 * The same rows into a plain table: no chain, no hash, no partitions, no row-level security; one prepared statement per
 * row, committed by itself. The driver queues calls beyond its connections.
 */
async function bareInserts(bench: Bench, agent: AgentCtx): Promise<() => Promise<void>> {
  const sql = postgres(bench.database.adminUrl, { max: bareConnections, onnotice: () => {} });
  bench.onEnd(() => sql.end({ timeout: 5 }));
  await sql`create table bare_event (like audit_event including constraints, primary key (organization_id, seq, occurred_at))`;
  const hash = Buffer.alloc(32, 7);
  let seq = 0;
  return async () => {
    const made = entry();
    const now = new Date();
    const body = auditBody(agent, made, now);
    await sql`
      insert into bare_event (organization_id, seq, id, occurred_at, actor_kind, actor_id, actor_name, action, resource_type, resource_id,
        resource_name, workspace_id, outcome, severity, ip, request_id, body, leaf_hash, chain_hash)
      values (${agent.organizationId}, ${++seq}, ${randomUUID()}, ${now}, 'agent', ${agent.actor.id}, ${agent.actor.name}, ${made.action}, ${made.resource.type},
        ${made.resource.id}, ${made.resource.name}, ${null}, 'success', 'info', ${agent.ip}, ${agent.requestId}, ${body}, ${hash}, ${hash})`;
  };
}
