import { z } from "zod";
import { seal, unseal } from "@/lib/auth/seal";

const purpose = "chat decision";

const Reference = z.strictObject({
  approvalId: z.uuid(),
  /** Of what was shown, hexadecimal. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  stage: z.int().min(0),
  /** The message that it stands in. */
  messageId: z.uuid(),
  /** Milliseconds since 1970. */
  expiresAt: z.int(),
});
export type Reference = z.infer<typeof Reference>;

/** What a button carries: it says what was shown, nobody else can make one, and it is good in its channel alone. */
export function sealReference(channelId: string, reference: Reference): string {
  return seal(purpose, channelId, Buffer.from(JSON.stringify(reference))).toString("base64url");
}

/** What a button of the channel carried; null for whatever was not made by us, for this channel, or is over. */
export function openReference(channelId: string, text: string, now = Date.now()): Reference | null {
  const plain = unseal(purpose, channelId, Buffer.from(text, "base64url"));
  if (!plain) return null;
  const reference = Reference.parse(JSON.parse(plain.toString("utf8")));
  return reference.expiresAt > now ? reference : null;
}
