import { prepared, type Tx } from "@/db/tenant";

/** Whether the standing approval by which an action passed was revoked since, so that what has not begun does not. Its row is locked until the commit. */
export async function isRevoked(tx: Tx, actionId: string): Promise<boolean> {
  const [row] = await prepared<{ revoked: boolean }>(tx, { text: find, values: [actionId] });
  return row?.revoked !== false;
}

const find = `
  select s.revoked_at is not null as revoked
  from standing_use u join standing_approval s on s.organization_id = u.organization_id and s.id = u.standing_id where u.action_id = $1 for share of s`;
