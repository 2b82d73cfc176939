import type { Tx } from "@/db/tenant";
import { notify } from "@/lib/notices/notify";
import { selectApproval } from "./row";
import { isMoneyPerson } from "./seats";
import { whomToTell } from "./whom-to-tell";

/**
 * A request that is no action was made: tells those whom its first stage asks. For money that no policy speaks of, that is
 * whoever may go over budgets, and only where there is nobody of them, whoever decides requests.
 */
export async function tellAsked(tx: Tx, organizationId: string, approvalId: string, text: { title: string; body: string }): Promise<void> {
  const row = await selectApproval(tx, approvalId);
  if (!row) return;
  const asked = await whomToTell(tx, row);
  const money = row.kind === "budget" && row.plan === null ? asked.filter(isMoneyPerson) : [];
  await notify(tx, organizationId, {
    personIds: (money.length > 0 ? money : asked).map(({ id }) => id),
    dedupeKey: `request:${row.id}`,
    ...text,
    href: `/approvals/${row.id}`,
  });
}
