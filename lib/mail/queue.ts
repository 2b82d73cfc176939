import { mail } from "@/db/schema/message";
import type { Tx } from "@/db/tenant";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";

export type Mail = {
  /** The same key is sent once. */
  dedupeKey: string;
  to: string;
  subject: string;
  text: string;
};

/** Keeps a mail with the change that it tells of; gives the job event for `send`, or none when it was queued before. */
export async function queueMail(tx: Tx, organizationId: string, { dedupeKey, to, subject, text }: Mail): Promise<JobEvent[]> {
  const [row] = await tx
    .insert(mail)
    .values({ id: newId(), organizationId, dedupeKey, recipient: to, subject, text, status: "queued" })
    .onConflictDoNothing()
    .returning({ id: mail.id });
  return row ? [{ name: "mail/queued", data: { organizationId, mailId: row.id } }] : [];
}
