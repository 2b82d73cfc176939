import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { env } from "@/lib/env";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";

/** Tells who may change the directory something about it, in the portal and by mail, once per key. */
export async function tellAdmins(tx: Tx, ctx: DirectoryCtx, { key, title, body }: { key: string; title: string; body: string }): Promise<JobEvent[]> {
  const people = await peopleWith(tx, "settings", "update", null);
  const href = `/settings/directory/${ctx.actor.id}`;
  const told = await notify(tx, ctx.organizationId, { personIds: people.map(({ id }) => id), dedupeKey: key, title, body, href });
  const send: JobEvent[] = [];
  for (const { id, email } of people.filter((each) => told.includes(each.id))) {
    send.push(...(await queueMail(tx, ctx.organizationId, { dedupeKey: `${key}:${id}`, to: email, subject: title, text: `${body}\n\n${new URL(href, env().APP_URL).href}\n` })));
  }
  return send;
}
