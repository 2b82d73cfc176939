import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { smsProvider } from "@/lib/sms/provider";
import { SmsNotSent } from "@/lib/sms/sms";
import { read, transact } from "@/lib/transact";
import { takeChallenge } from "./challenge";
import { isWeak, type StoredFactor, type WeakKind } from "./factors";
import { masked } from "./masked";
import type { ProofPlace } from "./place";
import { countSend } from "./send-pace";
import { codeMinutes, destinationOf, keepSentCode } from "./sent-code";

type Delivery = {
  ctx: Ctx;
  place: ProofPlace;
  factor: StoredFactor;
  person: { id: string; email: string };
  /** Asks for what the verb needs, in each transaction. */
  allow: (tx: Tx) => void;
};

/** Where it went, as it may be shown. */
export type Delivered = { to: string };

/**
 * Sends a code for one factor, to be typed in one place. The mail leaves by the queue; the text message while its person
 * waits, since they want to know whether it did.
 * @throws AppError `conflict` where there is nowhere to send it to; `rate_limited`; `unavailable` when the provider does not take it.
 */
export async function deliverCode({ ctx, place, factor, person, allow }: Delivery): Promise<Delivered> {
  const { kind } = factor;
  if (!isWeak(kind)) throw conflict("Nothing is sent for this factor.");
  const { organizationId } = ctx;
  const to = await read(ctx, (tx) => {
    allow(tx);
    return destinationOf(tx, factor);
  });
  const provider = kind === "sms" ? smsProvider() : null;
  if (!to || (kind === "sms" && !provider)) throw nowhere(kind);
  await countSend({ kind, personId: person.id, organizationId, ip: ctx.ip, to });
  const entry = (changes: Partial<AuditEntry> & Pick<AuditEntry, "action">, details: AuditEntry["details"] = {}): AuditEntry => ({
    resource: { type: "person", id: person.id, name: person.email }, details: { factor: factor.id, kind, to: masked(to), ...details }, ...changes,
  });
  const code = await transact(ctx, async (tx) => {
    allow(tx);
    const made = await keepSentCode(tx, place, kind, to);
    return { value: made, audit: entry({ action: "sessions.code_sent" }), send: kind === "email" ? await mailCode(tx, organizationId, to, made) : [] };
  });
  const failure = await provider?.send(to, `${code} is your code for Countersign. It is good for ${codeMinutes} minutes. Nobody of ours asks you for it.`).catch((error: unknown) => {
    if (error instanceof SmsNotSent) return error;
    throw error;
  });
  if (!failure) return { to: masked(to) };
  await transact(ctx, async (tx) => {
    allow(tx);
    await takeChallenge(tx, place, kind);
    return { value: null, audit: entry({ action: "sessions.code_not_sent", outcome: "failure" }, { reason: failure.message }) };
  });
  throw new AppError("unavailable", "The text message was not sent.", { hint: failure.hint, cause: failure });
}

function mailCode(tx: Tx, organizationId: string, to: string, code: string): Promise<JobEvent[]> {
  return queueMail(tx, organizationId, {
    dedupeKey: `code:${newId()}`,
    to,
    subject: "Your code for Countersign",
    text: [
      code,
      `It confirms that it is you, once, within ${codeMinutes} minutes, and only where you asked for it. Nobody of Countersign or of your organization asks you for it.`,
      "If you asked for nothing, somebody has your password: change it now.",
    ].join("\n\n"),
  });
}

function nowhere(kind: WeakKind): AppError {
  return kind === "email"
    ? conflict("There is no proven address to send a code to.", "Confirm your address under My account, or use a recovery code.")
    : conflict("Text messages cannot be sent at present.", "Use another way, or a recovery code.");
}
