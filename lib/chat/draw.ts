import type { ChatItem, chatMessage } from "@/db/schema/chat";
import type { Tx } from "@/db/tenant";
import { type ApprovalRow, selectApproval } from "@/lib/approvals/row";
import type { DrawnItem } from "./format";
import { plainLine } from "./plain";
import { sealReference } from "./reference";
import { callbackAddress, type ChannelRow } from "./row";

type Message = Pick<typeof chatMessage.$inferSelect, "id" | "items">;

/** A message's things as they stand now: with buttons while they wait for just what was shown, then with how they ended. */
export async function drawItems(tx: Tx, channel: ChannelRow, { id, items }: Message): Promise<DrawnItem[]> {
  const drawn: DrawnItem[] = [];
  // At most five; see `collectChat`.
  for (const item of items) drawn.push(await draw(tx, channel, id, item));
  return drawn;
}

async function draw(tx: Tx, channel: ChannelRow, messageId: string, { decide, ...item }: ChatItem): Promise<DrawnItem> {
  if (!decide) return item;
  const row = await selectApproval(tx, decide.approvalId);
  if (!row) return item;
  const said = standingOf(row);
  const standing = said === "" ? {} : { standing: plainLine(said, 500) };
  const isOpen = channel.decideUpTo !== null && row.status === "pending" && row.narrowingId === null && row.expiresAt.getTime() > Date.now();
  if (!isOpen || row.digest.toString("hex") !== decide.digest) return { ...item, ...standing };
  const reference = sealReference(channel.id, { ...decide, stage: row.stage, messageId, expiresAt: row.expiresAt.getTime() });
  return { ...item, ...standing, decide: { reference, digest: decide.digest, postTo: callbackAddress(channel.id) } };
}

function standingOf({ status, decisions, narrowingId }: ApprovalRow): string {
  const by = decisions.map(({ decision, personName }) => `${decision === "approved" ? "Approved" : "Rejected"} by ${personName}.`).join(" ");
  if (status === "pending") return narrowingId ? "A narrower form of it was offered to the agent." : by && `${by} Others are asked still.`;
  if (status === "expired") return "Nobody decided in time: it ended in denial.";
  return status === "cancelled" ? "It was withdrawn." : by || `It was ${status}.`;
}
