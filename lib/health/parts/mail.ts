import { counted, type Part, part } from "./part";

export type MailReading = { configured: boolean; queued: number; failed: number };

export function judgeMail({ configured, queued, failed }: MailReading): Part {
  const base = { id: "mail", name: "Mail" } as const;
  const facts = [
    { term: "To be sent", value: counted(queued, "mail") },
    { term: "Refused", value: `${counted(failed, "mail")} in the last day` },
  ];
  if (!configured) {
    return part({
      ...base, facts, state: "off", says: "No mail server is configured: mail stays in the mailbox.",
      means: "Invitations and alerts are read there by super admins and handed on.", act: "Set SMTP_URL and MAIL_FROM.",
    });
  }
  if (failed > 0) {
    return part({
      ...base, facts, state: "attention", says: `The mail server refused ${counted(failed, "mail")} for good.`,
      means: "Whoever they were for has not got them. They are not sent again.", act: "The mailbox says why for each of them.",
    });
  }
  return part({ ...base, facts, says: queued > 0 ? "Mail leaves; what the server puts off is sent again by itself." : "Mail leaves." });
}
