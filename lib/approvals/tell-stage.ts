import type { Tx } from "@/db/tenant";
import type { JobEvent } from "@/lib/jobs/events";
import { tellByMailToo } from "@/lib/notices/tell";
import { selectApproval } from "./row";
import { currentStage, stagesOf } from "./seats";
import { whomToTell } from "./whom-to-tell";

/** A stage has ended and another one begins: tells those whom that one asks, once. Gives the mails to send. */
export async function tellNextStage(tx: Tx, organizationId: string, approvalId: string): Promise<JobEvent[]> {
  const row = await selectApproval(tx, approvalId);
  if (row?.status !== "pending") return [];
  const { send } = await tellByMailToo(tx, organizationId, {
    personIds: (await whomToTell(tx, row)).map(({ id }) => id),
    dedupeKey: `stage:${row.id}:${row.stage}`,
    title: `A request of risk ${row.risk} waits for you: ${currentStage(row).name}, stage ${row.stage + 1} of ${stagesOf(row.plan).length}`,
    body: row.why,
    href: `/approvals/${row.id}`,
  });
  return send;
}
