import { notice } from "@/db/schema/message";
import type { Tx } from "@/db/tenant";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";

export type NoticeToSend = {
  personIds: readonly string[];
  /** The same person is told the same key once. */
  dedupeKey: string;
  title: string;
  body: string;
  /** A path of the portal. */
  href: string;
};

/** Puts a notice into people's inboxes, with the change that it tells of. Gives whom it is new to. */
export async function notify(tx: Tx, organizationId: string, { personIds, ...text }: NoticeToSend): Promise<string[]> {
  if (personIds.length === 0) return [];
  const told = await tx
    .insert(notice)
    .values([...new Set(personIds)].map((personId) => ({ id: newId(), organizationId, personId, ...text })))
    .onConflictDoNothing()
    .returning({ personId: notice.personId });
  for (const { personId } of told) publish(tx, organizationId, `notices:${personId}`);
  return told.map(({ personId }) => personId);
}
