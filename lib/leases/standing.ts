import { prepared, type Tx } from "@/db/tenant";
import { deciders } from "./take";

/**
 * What has become of the lease by which an action passed, for when it is about to be carried out: null when it passed by none;
 * else whether the lease still holds, so that revoking one stops what has not begun. Its row is locked until the commit.
 */
export async function leaseOfAction(tx: Tx, actionId: string): Promise<{ holds: boolean; message: string } | null> {
  const [row] = await prepared<{ revoked: boolean; late: boolean; issuerMay: boolean }>(tx, { text: find, values: [actionId, deciders] });
  if (!row) return null;
  if (row.revoked) return { holds: false, message: "The lease by which it passed was revoked." };
  if (!row.issuerMay) return { holds: false, message: "Whoever issued the lease by which it passed may not decide there any longer." };
  return row.late ? { holds: false, message: "The lease by which it passed has expired." } : { holds: true, message: "" };
}

const find = `
  select l.revoked_at is not null as revoked, l.expires_at <= clock_timestamp() as late, held_roles(l.issued_by, l.workspace_id) && $2::text[] as "issuerMay"
  from lease_use u join lease l on l.organization_id = u.organization_id and l.id = u.lease_id where u.action_id = $1 for share of l`;
