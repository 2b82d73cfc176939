import { whenAsked } from "@/lib/chat/refused";
import { sendChat } from "@/lib/chat/send";
import { systemCtx } from "@/lib/ctx/system";
import { inngest } from "../client";
import { dataOf } from "../events";

/** Posts one message to one channel. A channel that is away for long has its messages for as long as the tries last, some hours. */
export const sendChatFunction = inngest.createFunction(
  { id: "send-chat", triggers: { event: "chat/queued" }, retries: 10 },
  async ({ event, step }) => {
    const { organizationId, messageId } = dataOf("chat/queued", event);
    await step.run("send", () => sendChat(systemCtx("chat", organizationId), { messageId }).catch(whenAsked));
  },
);
