import { insertRows } from "@/db/insert-rows";
import type { ApprovalPlan } from "@/db/schema/approval-plan";
import { leaseUse } from "@/db/schema/lease";
import { prepared, type Statement, type Tx } from "@/db/tenant";
import { permissionsOf, roles } from "@/lib/ability/permissions";
import { globs, inOrder } from "@/lib/actions/globs";
import type { RiskClass } from "@/lib/actions/schemas";
import { mayStandFor, type SaidYes } from "@/lib/approvals/one-is-enough";
import type { AuditEntry } from "@/lib/audit/actions";
import { hostList } from "@/lib/egress/pattern";
import type { ShownLease } from "./token";

/** The rule of what a lease lets pass. */
export const leaseRule = "lease.used";

/** An action that waits for a person's yes unless the lease that came with it covers it. */
export type LeaseAsk = {
  submissionId: string;
  /** From `openLease`, before the transaction. */
  shown: ShownLease;
  agentId: string;
  /** Where the agent is now. */
  workspaceId: string;
  /** The person who made the key that it came with. */
  keyMakerId: string | null;
  /** Who must approve it. */
  plan: ApprovalPlan | null;
  tool: string;
  operation: string;
  resource: string;
  /** Hosts that no allowlist has, in their one form: the lease must open every one of them. */
  hosts: readonly string[];
  /** What would be set aside. */
  costMicros: number;
  risk: RiskClass;
};

/** `use`: counted from 1. */
export type LeaseTaken = { ok: true; rule: string; message: string; leaseId: string; use: number; maxUses: number; costMicros: number; issuedBy: string; approvalId: string | null };
/** A lease that does not hold, or not for this: a denial, since the agent relies on it. Without a lease a person would be asked. */
export type LeaseRefused = { ok: false; rule: string; message: string };

/** Leases that were shown, locked until the transaction ends: what is taken of them is written at its end. */
export type LeaseBook = {
  /** One use for this action, or why not. A lease is a yes and no more: only ask for what a person could approve. */
  take: (ask: LeaseAsk) => LeaseTaken | LeaseRefused;
  /** Undoes the last take, when its action does not go on for another reason. */
  giveBack: (submissionId: string) => void;
  /** What was taken, to be run in the same transaction. */
  statements: () => Statement[];
};

type Locked = {
  id: string; organizationId: string; workspaceId: string; agentId: string; tools: string[]; operations: string[] | null; resources: string[] | null; domains: string[]; maxUses: number; uses: number;
  costEachMicros: number; costLeftMicros: number; tokenHash: Buffer; issuer: SaidYes; issuerOwns: boolean; managerId: string | null; approvalId: string | null; revoked: boolean; early: boolean; late: boolean; issuerMay: boolean;
};

/** Whose yes a lease is. */
export const deciders = roles.filter((role) => permissionsOf(role).includes("approvals.decide"));

// In the order of their ids, so that two transactions never wait for one another. What another one used or revoked meanwhile is
// seen, since Postgres looks at a row again once it has its lock. Whoever issued it must still be able to decide there, and must
// not own the agent nor hold the key that asks, with whatever account.
const lockShown = `
  select l.id, l.organization_id as "organizationId", l.workspace_id as "workspaceId", l.agent_id as "agentId", l.tools, l.operations, l.resources, l.domains, l.max_uses as "maxUses", l.uses,
    l.cost_each_micros::float8 as "costEachMicros", (l.cost_total_micros - l.spent_micros)::float8 as "costLeftMicros", l.token_hash as "tokenHash", json_build_object('id', g.id, 'name', g.name, 'roles', held_roles(g.id, l.workspace_id), 'accounts', accounts_of(g.id)) as issuer,
    a.owner_id = any(accounts_of(g.id)) as "issuerOwns", coalesce(a.manager_person_id, (select m.owner_id from agent m where m.id = a.manager_agent_id)) as "managerId",
    l.approval_id as "approvalId", l.revoked_at is not null as revoked, l.not_before > now() as early, l.expires_at <= clock_timestamp() as late,
    held_roles(l.issued_by, l.workspace_id) && $2::text[] as "issuerMay"
  from lease l join person g on g.organization_id = l.organization_id and g.id = l.issued_by
  join agent a on a.organization_id = l.organization_id and a.id = l.agent_id
  where l.id = any($1::uuid[]) order by l.id for update of l`;

const writeSums = `
  update lease l set uses = l.uses + u.uses, spent_micros = l.spent_micros + u.cost
  from unnest($1::uuid[], $2::int[], $3::bigint[]) as u (id, uses, cost) where l.id = u.id`;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Locks the leases that were shown. Uses and cost are exact, also across processes, and a revoked one is good for nothing. */
export async function lockLeases(tx: Tx, shown: readonly ShownLease[]): Promise<LeaseBook> {
  const ids = [...new Set(shown.flatMap((one) => ("id" in one && uuid.test(one.id) ? [one.id] : [])))].sort();
  const rows = ids.length === 0 ? [] : await prepared<Locked>(tx, { text: lockShown, values: [ids, deciders] });
  const open = new Map(rows.map((row) => [row.id, row]));
  const taken = new Map<string, Taken>();
  return {
    take(ask) {
      if ("refused" in ask.shown) return no("lease.invalid", ask.shown.refused);
      const from = open.get(ask.shown.id);
      if (!from || !from.tokenHash.equals(ask.shown.hash)) return no("lease.invalid", "The lease is not one that was issued here.");
      const obstacle = obstacleOf(ask, from);
      if (obstacle) return no(...obstacle);
      from.uses += 1;
      from.costLeftMicros -= ask.costMicros;
      taken.set(ask.submissionId, { from, use: from.uses, costMicros: ask.costMicros });
      const { id: leaseId, uses: use, maxUses, issuer, approvalId } = from;
      return { ok: true, rule: leaseRule, message: `A lease of ${issuer.name} lets it pass: use ${use} of ${maxUses}.`, leaseId, use, maxUses, costMicros: ask.costMicros, issuedBy: issuer.id, approvalId };
    },
    giveBack(submissionId) {
      const found = taken.get(submissionId);
      if (!found) return;
      found.from.uses -= 1;
      found.from.costLeftMicros += found.costMicros;
      taken.delete(submissionId);
    },
    statements: () => (taken.size === 0 ? [] : [sumsOf([...taken.values()]), ...usesOf(taken)]),
  };
}

/** As `lockLeases`, for asks that are known whole: what becomes of each, already written. */
export async function takeLeases(tx: Tx, asks: readonly LeaseAsk[]): Promise<Map<string, LeaseTaken | LeaseRefused>> {
  const book = await lockLeases(tx, asks.map(({ shown }) => shown));
  const answers = new Map(asks.map((ask) => [ask.submissionId, book.take(ask)]));
  for (const statement of book.statements()) await prepared(tx, statement);
  return answers;
}

/** Every use is an event: which lease, for which action, the how manieth of how many. */
export function leaseUsedEntry(taken: LeaseTaken, action: { id: string; name: string; agentId: string; workspaceId: string; digest: string }): AuditEntry {
  const { leaseId, use, maxUses, costMicros, issuedBy, approvalId } = taken;
  return {
    action: "leases.used",
    resource: { type: "lease", id: leaseId, name: action.name, workspaceId: action.workspaceId },
    details: { jti: leaseId, actionId: action.id, agentId: action.agentId, digest: action.digest, use, maxUses, costMicros, issuedBy },
    ...(approvalId ? { approval: { id: approvalId, required: true, by: issuedBy } } : {}),
  };
}

function obstacleOf(ask: LeaseAsk, row: Locked): [rule: string, message: string] | null {
  if (row.agentId !== ask.agentId) return ["lease.invalid", "The lease is of another agent."];
  if (row.workspaceId !== ask.workspaceId) return ["lease.workspace", "The lease is for another workspace than the one that the agent is in."];
  if (row.revoked) return ["lease.revoked", "The lease was revoked."];
  if (!row.issuerMay) return ["lease.issuer", "Whoever issued the lease may not decide there any longer."];
  if (row.issuerOwns) return ["lease.issuer", "Whoever issued the lease owns this agent by now."];
  if (ask.keyMakerId !== null && row.issuer.accounts.includes(ask.keyMakerId)) return ["lease.issuer", "Whoever issued the lease made this key, and nobody lets pass what they may ask for themselves."];
  if (row.early) return ["lease.not_yet", "The lease is not in force yet."];
  if (row.late) return ["lease.expired", "The lease has expired."];
  if (ask.risk === "CRITICAL") return ["lease.critical", "No lease covers what is CRITICAL; a person decides each of those."];
  if (!mayStandFor(row.issuer, { plan: ask.plan, managerId: row.managerId })) return ["lease.approvals", "The approval policy asks others, or more than one person, so the yes of who issued the lease does not stand for theirs. Ask without the lease."];
  if (!globs(row.tools)(ask.tool)) return ["lease.tool", `The lease does not cover ${ask.tool}.`];
  if (row.operations && !row.operations.includes(ask.operation)) return ["lease.operation", `The lease does not cover the operation ${ask.operation}.`];
  if (row.resources && !row.resources.some((glob) => inOrder(glob.split("*"), ask.resource))) return ["lease.resource", "The lease does not cover this resource."];
  const opens = hostList(row.domains);
  const closed = ask.hosts.find((host) => opens(host) === null);
  if (closed !== undefined) return ["lease.domain", `The lease does not open ${closed}.`];
  if (row.uses >= row.maxUses) return ["lease.used_up", row.maxUses === 1 ? "The lease was used; it is good once." : `The lease was used ${row.maxUses} times, which is as often as it may be.`];
  if (ask.costMicros > row.costEachMicros) return ["lease.cost", "This costs more than the lease allows for one use."];
  if (ask.costMicros > row.costLeftMicros) return ["lease.cost", "This costs more than is left of the lease."];
  return null;
}

function no(rule: string, message: string): LeaseRefused {
  return { ok: false, rule, message };
}

type Taken = { from: Locked; use: number; costMicros: number };

function sumsOf(taken: readonly Taken[]): Statement {
  const sums = new Map<string, { uses: number; cost: number }>();
  for (const { from, costMicros } of taken) {
    const sum = sums.get(from.id) ?? { uses: 0, cost: 0 };
    sums.set(from.id, { uses: sum.uses + 1, cost: sum.cost + costMicros });
  }
  const all = [...sums.values()];
  return { text: writeSums, values: [[...sums.keys()], all.map(({ uses }) => uses), all.map(({ cost }) => cost)] };
}

function usesOf(taken: ReadonlyMap<string, Taken>): Statement[] {
  const usedAt = new Date();
  return insertRows(leaseUse, [...taken].map(([actionId, { from, use, costMicros }]) => ({ organizationId: from.organizationId, leaseId: from.id, use, actionId, costMicros, usedAt })));
}
