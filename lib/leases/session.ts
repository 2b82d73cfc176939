import { prepared, type Tx } from "@/db/tenant";
import { permissionsOf, roles } from "@/lib/ability/permissions";
import { globs } from "@/lib/actions/globs";
import type { EgressLayer } from "@/lib/egress/verdict";
import type { ShownLease } from "./token";

/** The network level of a lease, which is the session's; or why it does not hold. */
export type LeaseSession = { layer: EgressLayer } | { rule: string; message: string };

type Row = { id: string; domains: string[]; tools: string[]; tokenHash: Buffer; agentId: string; workspaceId: string; revoked: boolean; outOfTime: boolean; usedUp: boolean; issuerMay: boolean };

const deciders = roles.filter((role) => permissionsOf(role).includes("approvals.decide"));
const columns = `l.id, l.domains, l.tools, l.token_hash as "tokenHash", l.agent_id as "agentId", l.workspace_id as "workspaceId", l.revoked_at is not null as revoked,
    l.not_before > now() or l.expires_at <= clock_timestamp() as "outOfTime", held_roles(l.issued_by, l.workspace_id) && $2::text[] as "issuerMay"`;
const byId = `select ${columns}, l.uses >= l.max_uses as "usedUp" from lease l where l.id = $1`;
// The use that was taken for the action itself is not used up for it.
const byAction = `select ${columns}, false as "usedUp" from lease_use u join lease l on l.organization_id = u.organization_id and l.id = u.lease_id where u.action_id = $1`;

type For = { agentId: string; workspaceId: string; tool: string | null };

/** What a token that an agent shows opens of the network at this moment. Nothing of the lease is used. */
export async function shownSession(tx: Tx, shown: ShownLease, asked: For): Promise<LeaseSession> {
  if ("refused" in shown) return { rule: "lease.invalid", message: shown.refused };
  const [row] = await prepared<Row>(tx, { text: byId, values: [shown.id, deciders] });
  if (!row?.tokenHash.equals(shown.hash)) return { rule: "lease.invalid", message: "The lease is not one that was issued here." };
  return sessionOf(row, asked);
}

/** The same of the lease by which an action passed; null: it passed by none. */
export async function actionSession(tx: Tx, actionId: string, asked: For): Promise<LeaseSession | null> {
  const [row] = await prepared<Row>(tx, { text: byAction, values: [actionId, deciders] });
  return row ? sessionOf(row, asked) : null;
}

function sessionOf(row: Row, { agentId, workspaceId, tool }: For): LeaseSession {
  if (row.agentId !== agentId) return { rule: "lease.invalid", message: "The lease is of another agent." };
  if (row.workspaceId !== workspaceId) return { rule: "lease.workspace", message: "The lease is for another workspace than the one that the agent is in." };
  if (row.revoked) return { rule: "lease.revoked", message: "The lease was revoked." };
  if (!row.issuerMay) return { rule: "lease.issuer", message: "Whoever issued the lease may not decide there any longer." };
  if (row.outOfTime) return { rule: "lease.expired", message: "The lease is not in force at this time." };
  if (row.usedUp) return { rule: "lease.used_up", message: "The lease was used as often as it may be." };
  if (tool !== null && !globs(row.tools)(tool)) return { rule: "lease.tool", message: `The lease does not cover ${tool}.` };
  return { layer: { scopeType: "session", scopeId: row.id, version: 0, content: { allow: row.domains, deny: [], unlisted: null } } };
}
