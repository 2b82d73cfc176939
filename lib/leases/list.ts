import { and, eq, gt, isNull, lte, or, isNotNull, type SQL, sql } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { lease } from "@/db/schema/lease";
import { organization } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { read } from "@/lib/transact";

export const leaseStates = ["in_force", "not_yet", "used_up", "revoked", "expired"] as const;
export type LeaseState = (typeof leaseStates)[number];

export type LeaseRow = Awaited<ReturnType<typeof selectLeases>>[number] & { state: LeaseState };

/** Leases where the caller may see policies, the newest first: those that hold, or those that have ended. */
export async function listLeases(ctx: PersonCtx, { ended, ...page }: PageRequest & { ended: boolean }): Promise<Page<LeaseRow>> {
  return read(ctx, async (tx) => {
    const seen = visibleLeases(tx, ctx);
    const holds = and(isNull(lease.revokedAt), gt(lease.expiresAt, sql`now()`), sql`${lease.uses} < ${lease.maxUses}`);
    const over = or(isNotNull(lease.revokedAt), lte(lease.expiresAt, sql`now()`), sql`${lease.uses} >= ${lease.maxUses}`);
    const found = await keysetPage(
      { column: lease.createdAt, id: lease.id, direction: "desc" },
      page,
      ({ where, orderBy, limit }) => selectLeases(tx, and(seen, ended ? over : holds, where)).orderBy(...orderBy).limit(limit),
      (row) => ({ value: row.createdAt, id: row.id }),
    );
    return { ...found, rows: found.rows.map(withState) };
  });
}

export function visibleLeases(tx: Tx, ctx: PersonCtx): SQL | undefined {
  return whereAllowed(tx, ctx, "policies", "view", { workspaceId: lease.workspaceId, agentId: lease.agentId });
}

export function selectLeases(tx: Tx, where: SQL | undefined) {
  return tx
    .select({
      id: lease.id, agentId: lease.agentId, agentName: agent.name, workspaceId: lease.workspaceId, reason: lease.reason, tools: lease.tools, operations: lease.operations, resources: lease.resources,
      domains: lease.domains, maxUses: lease.maxUses, uses: lease.uses, costEachMicros: lease.costEachMicros, costTotalMicros: lease.costTotalMicros, spentMicros: lease.spentMicros, currency: organization.currency,
      notBefore: lease.notBefore, expiresAt: lease.expiresAt, createdAt: lease.createdAt, approvalId: lease.approvalId, issuedBy: person.name, revokedAt: lease.revokedAt, revokeReason: lease.revokeReason,
      isEarly: sql<boolean>`${lease.notBefore} > now()`, isLate: sql<boolean>`${lease.expiresAt} <= now()`,
    })
    .from(lease)
    .innerJoin(agent, eq(agent.id, lease.agentId))
    .innerJoin(organization, eq(organization.id, lease.organizationId))
    .innerJoin(person, eq(person.id, lease.issuedBy))
    .where(where)
    .$dynamic();
}

type Stated = { revokedAt: Date | null; isLate: boolean; isEarly: boolean; uses: number; maxUses: number };

export function withState<Row extends Stated>(row: Row): Row & { state: LeaseState } {
  return { ...row, state: stateOf(row) };
}

function stateOf(row: Stated): LeaseState {
  if (row.revokedAt) return "revoked";
  if (row.uses >= row.maxUses) return "used_up";
  if (row.isLate) return "expired";
  return row.isEarly ? "not_yet" : "in_force";
}
