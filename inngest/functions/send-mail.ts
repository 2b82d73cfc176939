import { systemCtx } from "@/lib/ctx/system";
import { sendMail } from "@/lib/mail/send";
import { inngest } from "../client";
import { dataOf } from "../events";

/** Hands one mail to the server that is configured, or leaves it in the mailbox page. */
export const sendMailFunction = inngest.createFunction(
  { id: "send-mail", triggers: { event: "mail/queued" }, retries: 10 },
  async ({ event, step }) => {
    const { organizationId, mailId } = dataOf("mail/queued", event);
    await step.run("send", () => sendMail(systemCtx("mail", organizationId), { mailId }));
  },
);
