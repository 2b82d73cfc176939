import type { Tx } from "@/db/tenant";
import { env } from "@/lib/env";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { notify, type NoticeToSend } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";

/** Tells everybody who may change how people sign in, in the portal and by mail; each of them once for one key. */
export async function tellAdmins(tx: Tx, organizationId: string, told: Omit<NoticeToSend, "personIds">): Promise<JobEvent[]> {
  const admins = await peopleWith(tx, "settings", "update", null);
  await notify(tx, organizationId, { ...told, personIds: admins.map(({ id }) => id) });
  const sent: JobEvent[] = [];
  for (const { id, name, email } of admins) {
    const text = [`Hello ${name},`, told.body, new URL(told.href, env().APP_URL).href].join("\n\n");
    sent.push(...(await queueMail(tx, organizationId, { dedupeKey: `${told.dedupeKey}:${id}`, to: email, subject: told.title, text })));
  }
  return sent;
}
