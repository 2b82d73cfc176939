import { mail } from "@/db/schema/message";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { env } from "@/lib/env";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { read } from "@/lib/transact";

export type MailRow = Pick<typeof mail.$inferSelect, "id" | "recipient" | "subject" | "text" | "status" | "error" | "createdAt">;

/** The organization's mail, newest first, with its text, and whether a server is configured: for whoever runs the installation. */
export async function listMail(ctx: Ctx, request: PageRequest): Promise<{ page: Page<MailRow>; smtp: boolean }> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "platform", "view", { workspaceId: null });
    const page = await keysetPage(
      { column: mail.createdAt, id: mail.id, direction: "desc" },
      request,
      ({ where, orderBy, limit }) =>
        tx
          .select({
            id: mail.id, recipient: mail.recipient, subject: mail.subject, text: mail.text, status: mail.status, error: mail.error, createdAt: mail.createdAt,
          })
          .from(mail)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      (row) => ({ value: row.createdAt, id: row.id }),
    );
    return { page, smtp: env().SMTP_URL !== undefined };
  });
}
