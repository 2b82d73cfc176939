import { z } from "zod";
import { log } from "@/lib/log";
import { SmsNotSent, type SmsProvider } from "./sms";

type Account = { url: string; accountSid: string; authToken: string; from: string; timeoutMs: number };

const largestBytes = 65_536;

/** https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource; what refuses it has a code of its own. */
const Answer = z.object({ code: z.number().nullish(), message: z.string().max(1_000).nullish(), status: z.union([z.string(), z.number()]).nullish(), error_code: z.number().nullish() });

const toldByCode: Record<number, string> = {
  21211: "The number does not exist: check it.",
  21214: "The number cannot be reached: check it.",
  21217: "The number does not exist: check it.",
  21408: "Text messages to this country are not sent from here. Use another way.",
  21610: "This number has refused text messages from us. Send START to the sender, or use another number.",
  21612: "The number cannot be reached from here. Use another way.",
  21614: "This number takes no text messages: it is not a mobile one.",
};

const askAdmin = "The fault is in how this installation is set up. Use another way, and tell an admin.";
const later = "Try again in a minute, or use another way.";

/** A provider that speaks as Twilio's Messages API does. One try: a message that was taken twice would be paid twice. */
export function twilio({ url, accountSid, authToken, from, timeoutMs }: Account): SmsProvider {
  const address = new URL(`${url.replace(/\/+$/, "")}/2010-04-01/Accounts/${accountSid}/Messages.json`);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  const sender: Record<string, string> = from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from };
  return {
    send: async (to, text) => {
      const { status, answer } = await ask(address, { authorization, body: new URLSearchParams({ To: to, Body: text, ...sender }), timeoutMs });
      if (status >= 200 && status < 300 && !["failed", "undelivered", "canceled"].includes(String(answer.status))) return;
      const code = answer.code ?? answer.error_code ?? null;
      log.warn({ status, code }, "a text message was not taken");
      throw new SmsNotSent(`the provider answered ${status}${code ? `, error ${code}` : ""}`, toldByCode[code ?? 0] ?? hintOf(status));
    },
  };
}

function hintOf(status: number): string {
  if (status === 429 || status >= 500) return later;
  return status === 400 ? "The provider does not take this number: check it." : askAdmin;
}

async function ask(address: URL, { authorization, body, timeoutMs }: { authorization: string; body: URLSearchParams; timeoutMs: number }) {
  try {
    const response = await fetch(address, { method: "POST", body, headers: { authorization, accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, answer: readAnswer(await boundedText(response)) };
  } catch (error) {
    if (error instanceof SmsNotSent) throw error;
    const isLate = error instanceof Error && error.name === "TimeoutError";
    log.warn({ err: error }, "the provider of text messages did not answer");
    throw new SmsNotSent(isLate ? "the provider did not answer in time" : "the provider cannot be reached", later);
  }
}

async function boundedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    if (size > largestBytes) throw new SmsNotSent("the provider's answer is longer than 64 kB", later);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function readAnswer(text: string): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
