import { and, count, eq, gt, isNotNull, isNull, or, sql } from "drizzle-orm";
import QRCode from "qrcode";
import { z } from "zod";
import { factor } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { requireFreshProof } from "./fresh-proof";
import { newTotpSecret, totpOf } from "./totp";

/** How long a factor waits for its first code. */
export const setUpMs = 15 * 60_000;
const mostFactors = 20;

export const BeginTotpInput = z.strictObject({ name: cleanText({ max: 60 }) });
export type BeginTotpInput = z.infer<typeof BeginTotpInput>;

/** The secret is in this answer and nowhere else; `qr` is a drawing of `size` × `size` modules as one SVG path. */
export type TotpSetUp = { id: string; secret: string; qr: { path: string; size: number } };

/** Begins to set up an authenticator app for the caller. It does not count before a code of it was seen. */
export async function beginTotp(ctx: PersonCtx, { name }: BeginTotpInput): Promise<TotpSetUp> {
  const { id: personId, email } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    await requireFreshProof(tx, ctx, "factors.add", personId);
    await requireRoom(tx, personId);
    const id = newId();
    const { secret, sealed } = newTotpSecret(id);
    await tx.insert(factor).values({ id, organizationId: ctx.organizationId, personId, kind: "totp", name, secret: sealed });
    const totp = totpOf(secret, email);
    return { value: { id, secret: totp.secret.base32, qr: drawQr(totp.toString()) }, audit: noAudit("it counts for nothing until it is confirmed") };
  });
}

/** @throws AppError `conflict` for whoever has, or has begun, as many as there may be. */
export async function requireRoom(tx: Tx, personId: string): Promise<void> {
  const begun = gt(factor.createdAt, sql`now() - ${`${setUpMs} milliseconds`}::interval`);
  const [row] = await tx
    .select({ factors: count() })
    .from(factor)
    .where(and(eq(factor.personId, personId), isNull(factor.removedAt), or(isNotNull(factor.confirmedAt), begun)));
  if (row && row.factors >= mostFactors) throw conflict(`You have ${mostFactors} of these already.`, "Remove one that you do not use.");
}

function drawQr(text: string): TotpSetUp["qr"] {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: "M" });
  const { size, data } = modules;
  const path = Array.from(data, (dark, at) => (dark ? `M${at % size} ${Math.floor(at / size)}h1v1h-1z` : "")).join("");
  return { path, size };
}
