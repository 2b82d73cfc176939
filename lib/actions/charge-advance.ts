import { prepared, type Tx } from "@/db/tenant";
import { leaseRule } from "@/lib/leases/take";
import { standingRule } from "@/lib/standing/take";
import type { ActionRow } from "./view";

type Ended = { standing?: string; lease?: string };
type Charged = { id: string; ended: boolean };

/**
 * Counts what an action really cost against the yes in advance that let it pass, which was measured by what the agent said before.
 * One that cost more than a single use or all of them may ends it: whatever uses are left are taken by it. Gives what was ended.
 */
export async function chargeAdvance(tx: Tx, { id, rule }: Pick<ActionRow, "id" | "rule">, actualMicros: number): Promise<Ended | null> {
  if (rule === standingRule) return ended("standing", await prepared<Charged>(tx, { text: chargeStanding, values: [id, actualMicros] }));
  if (rule === leaseRule) return ended("lease", await prepared<Charged>(tx, { text: chargeLease, values: [id, actualMicros] }));
  return null;
}

function ended(what: keyof Ended, [row]: readonly Charged[]): Ended | null {
  return row?.ended ? { [what]: row.id } : null;
}

const chargeStanding = `
  update standing_approval s set cost_taken_micros = least(s.cost_total_micros, s.cost_taken_micros + $2::bigint - u.cost_micros),
    uses_taken = case when $2::bigint > s.cost_each_micros or s.cost_taken_micros + $2::bigint - u.cost_micros > s.cost_total_micros then s.uses_most else s.uses_taken end
  from standing_use u where u.organization_id = s.organization_id and u.action_id = $1 and s.id = u.standing_id and $2::bigint > u.cost_micros
  returning s.id, $2::bigint > s.cost_each_micros or s.cost_taken_micros = s.cost_total_micros and s.uses_most = s.uses_taken as ended`;

const chargeLease = `
  update lease l set spent_micros = least(l.cost_total_micros, l.spent_micros + $2::bigint - u.cost_micros),
    uses = case when $2::bigint > l.cost_each_micros or l.spent_micros + $2::bigint - u.cost_micros > l.cost_total_micros then l.max_uses else l.uses end
  from lease_use u where u.organization_id = l.organization_id and u.action_id = $1 and l.id = u.lease_id and $2::bigint > u.cost_micros
  returning l.id, $2::bigint > l.cost_each_micros or l.spent_micros = l.cost_total_micros and l.max_uses = l.uses as ended`;
