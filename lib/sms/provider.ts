import { env } from "@/lib/env";
import type { SmsProvider } from "./sms";
import { twilio } from "./twilio";

/** The installation's provider; null: none is configured, and text messages are offered nowhere. */
export function smsProvider(): SmsProvider | null {
  const { SMS_URL, SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, SMS_FROM, SMS_TIMEOUT_MS } = env();
  if (!SMS_ACCOUNT_SID || !SMS_AUTH_TOKEN || !SMS_FROM) return null;
  return twilio({ url: SMS_URL, accountSid: SMS_ACCOUNT_SID, authToken: SMS_AUTH_TOKEN, from: SMS_FROM, timeoutMs: SMS_TIMEOUT_MS });
}
