import { and, eq, sql } from "drizzle-orm";
import { createTransport } from "nodemailer";
import { z } from "zod";
import { mail } from "@/db/schema/message";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { env } from "@/lib/env";
import { faultPoint } from "@/lib/fault-point";
import { log } from "@/lib/log";
import { read, transact } from "@/lib/transact";

export const SendMailInput = z.strictObject({ mailId: z.uuid() });
export type SendMailInput = z.infer<typeof SendMailInput>;

type Row = typeof mail.$inferSelect;
type Outcome = Pick<Row, "status"> & { error?: string | null; text?: string };

/**
 * Hands one queued mail to the SMTP server, or leaves it in the mailbox page where none is configured. Sent twice by a
 * retry, it has the same Message-ID. Once sent its text is not kept, since links in it let people in.
 * @throws when the server may take it later; what it will never take is marked `failed`.
 */
export async function sendMail(ctx: Ctx, { mailId }: SendMailInput): Promise<void> {
  const row = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    const [found] = await tx.select().from(mail).where(and(eq(mail.id, mailId), eq(mail.status, "queued")));
    return found;
  });
  if (!row) return;
  const outcome = await hand(row);
  await faultPoint("mail.handed");
  await finish(ctx, row.id, outcome);
}

async function hand(row: Row): Promise<Outcome> {
  const { SMTP_URL, MAIL_FROM, APP_URL } = env();
  if (!SMTP_URL) return { status: "mailbox" };
  const transport = createTransport({
    url: SMTP_URL,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: MAIL_FROM,
      // As an object the address is never read as a list of several.
      to: { name: "", address: oneLine(row.recipient) },
      subject: oneLine(row.subject),
      text: row.text,
      messageId: `<${row.id}@${new URL(APP_URL).hostname}>`,
      headers: { "Auto-Submitted": "auto-generated" },
    });
    return { status: "sent", text: "Sent; the text is not kept." };
  } catch (error) {
    if (!isPermanent(error)) throw error;
    log.warn({ err: error, mailId: row.id }, "a mail was refused for good");
    return { status: "failed", error: error.message.slice(0, 500) };
  } finally {
    transport.close();
  }
}

async function finish(ctx: Ctx, mailId: string, outcome: Outcome): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    const sentAt = outcome.status === "sent" ? sql`now()` : null;
    await tx.update(mail).set({ ...outcome, sentAt }).where(and(eq(mail.id, mailId), eq(mail.status, "queued")));
    return { value: undefined, audit: noAudit("the event that caused the mail is in the audit") };
  });
}

/** SMTP answers 5xx to what it will never take (RFC 5321, 4.2.1). */
function isPermanent(error: unknown): error is Error {
  return error instanceof Error && "responseCode" in error && typeof error.responseCode === "number" && error.responseCode >= 500;
}

/** A line break in a header would begin another header. */
function oneLine(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error("a mail's header has a line break");
  return text;
}
