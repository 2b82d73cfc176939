import { createHash, randomBytes } from "node:crypto";
import { and, count, eq, isNull, sql } from "drizzle-orm";
import { recoveryCode } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { newId } from "@/lib/id";
import { notify } from "@/lib/notices/notify";

const codes = 10;
/** Crockford's base 32: no I, L, O or U, so that nothing is misread. */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const lettersOfCode = 16;

type Whose = { organizationId: string; personId: string };

/** Ends the person's codes and makes ten new ones of 80 random bits, to be shown once: "K7QX-9MHB-…". */
export async function makeRecoveryCodes(tx: Tx, { organizationId, personId }: Whose): Promise<string[]> {
  await endRecoveryCodes(tx, personId);
  const made = Array.from({ length: codes }, newCode);
  await tx.insert(recoveryCode).values(made.map((code) => ({ id: newId(), organizationId, personId, codeHash: hashOf(code) })));
  return made;
}

export async function endRecoveryCodes(tx: Tx, personId: string): Promise<void> {
  await tx.update(recoveryCode).set({ endedAt: sql`now()` }).where(openOf(personId));
}

/** How many codes the person has left. */
export async function countRecoveryCodes(tx: Tx, personId: string): Promise<number> {
  const [row] = await tx.select({ left: count() }).from(recoveryCode).where(openOf(personId));
  return row?.left ?? 0;
}

/** Takes a code: true for exactly one caller. Its person hears of it, and how many are left. */
export async function takeRecoveryCode(tx: Tx, { organizationId, personId }: Whose, typed: string): Promise<boolean> {
  const [taken] = await tx
    .update(recoveryCode)
    .set({ usedAt: sql`now()` })
    .where(and(openOf(personId), eq(recoveryCode.codeHash, hashOf(typed))))
    .returning({ id: recoveryCode.id });
  if (!taken) return false;
  const left = await countRecoveryCodes(tx, personId);
  await notify(tx, organizationId, {
    personIds: [personId],
    dedupeKey: `recovery-code:${taken.id}`,
    title: "A recovery code of yours was used",
    body: `It is worth nothing now; ${left === 1 ? "one is" : `${left} are`} left. If it was not you, change your password and make new codes.`,
    href: "/account",
  });
  return true;
}

const openOf = (personId: string) => and(eq(recoveryCode.personId, personId), isNull(recoveryCode.usedAt), isNull(recoveryCode.endedAt));

function newCode(): string {
  const text = [...randomBytes(lettersOfCode)].map((byte) => letters.charAt(byte % letters.length)).join("");
  return text.replace(/.{4}(?=.)/g, "$&-");
}

/**
 * A plain SHA-256, no slow hash: sixteen letters of 32 are 80 random bits, so whoever has the hashes would still try for
 * millions of years. Written with or without dashes, in any case, with the letters that are mistaken for digits.
 */
function hashOf(code: string): Buffer {
  const plain = code.toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return createHash("sha256").update(plain).digest();
}
