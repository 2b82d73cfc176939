import { inArray } from "drizzle-orm";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { plainLine } from "@/lib/chat/plain";
import { env } from "@/lib/env";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { notify, type NoticeToSend } from "./notify";

/** More people than this read it in the portal; a mail to each of them would be a circular. */
const mostMails = 50;

/** Tells people in the portal and by mail, each of them once for one key. Gives whom it is new to, and the mails to send. */
export async function tellByMailToo(tx: Tx, organizationId: string, told: NoticeToSend): Promise<{ told: string[]; send: JobEvent[] }> {
  const fresh = await notify(tx, organizationId, told);
  if (fresh.length === 0) return { told: fresh, send: [] };
  const people = await tx.select({ id: person.id, name: person.name, email: person.email }).from(person).where(inArray(person.id, fresh)).orderBy(person.id).limit(mostMails);
  const send: JobEvent[] = [];
  for (const { id, name, email } of people) {
    // What an agent wrote may stand in it; a mail's reader shall find no link but ours.
    const text = [`Hello ${name},`, plainLine(told.body, 1_000), new URL(told.href, env().APP_URL).href].join("\n\n");
    send.push(...(await queueMail(tx, organizationId, { dedupeKey: `${told.dedupeKey}:${id}`, to: email, subject: plainLine(told.title, 200), text: `${text}\n` })));
  }
  return { told: fresh, send };
}
