import type { Tx } from "@/db/tenant";
import { notify } from "@/lib/notices/notify";
import type { ApprovalRow } from "./row";

type Ended = "approved" | "rejected" | "expired";

/** Of actions the agent hears by itself, and there are too many of them to tell its owner of each. */
const titles: Record<Exclude<ApprovalRow["kind"], "action">, Record<Ended, string>> = {
  budget: { approved: "The budget was raised for this window", rejected: "The request for more money was rejected", expired: "Nobody decided in time on the request for more money" },
  spawn: { approved: "The child agent was approved", rejected: "The request for a child agent was rejected", expired: "Nobody decided in time on the request for a child agent" },
  access: { approved: "The lease was issued", rejected: "The request for a lease was rejected", expired: "Nobody decided in time on the request for a lease" },
};

/** Tells the person who asked, or who owns the agent that did, how a request ended; of actions they are not told. */
export async function tellRequester(tx: Tx, organizationId: string, row: Pick<ApprovalRow, "id" | "kind" | "requesterPersonId">, ended: Ended, body: string): Promise<void> {
  if (!row.requesterPersonId || row.kind === "action") return;
  await notify(tx, organizationId, { personIds: [row.requesterPersonId], dedupeKey: `approval-decided:${row.id}`, title: titles[row.kind][ended], body, href: `/approvals/${row.id}` });
}
