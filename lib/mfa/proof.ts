import { z } from "zod";
import type { SignedAssertion } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { acceptedKinds, type Use } from "./accepted";
import { factorsOf, type FactorKind } from "./factors";
import { takePasskey } from "./passkey";
import type { ProofPlace } from "./place";
import { takeRecoveryCode } from "./recovery";
import { sentCodeSchema, takeSentCode } from "./sent-code";
import type { About } from "./statement";
import { takeTotp } from "./totp";

const digits = z
  .string()
  .max(20)
  .transform((typed) => typed.replace(/[\s-]/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "is the six digits that the app shows now"));

/** What somebody shows to prove that they have a factor. */
export const ProofInput = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("totp"), code: digits }),
  z.strictObject({ method: z.literal("recovery"), code: z.string().min(16, "is 16 letters and digits in groups of four").max(40) }),
  z.strictObject({ method: z.enum(["email", "sms"]), code: sentCodeSchema }),
  z.strictObject({ method: z.literal("passkey"), response: z.string().min(2).max(8_000) }),
]);
export type ProofInput = z.infer<typeof ProofInput>;

/** How a factor was proved: by itself, or by a recovery code in its place. */
export type FactorProof = FactorKind | "recovery";

/** `factorId`: null for a recovery code. `assertion`: of a key, where it was asked for one thing. */
export type TakenProof = { method: FactorProof; factorId: string | null; assertion: SignedAssertion | null };

/**
 * Takes a proof, which is good once: what it was, or null when it is wrong, used or somebody else's. For use inside a verb
 * that records a wrong one in the same transaction, so that a challenge is spent either way. `about`: what a fresh proof is for.
 */
export async function takeProof(tx: Tx, place: ProofPlace, proof: ProofInput, use: Use, about: About | null = null): Promise<TakenProof | null> {
  const kinds = await acceptedKinds(tx, place.personId, use);
  const factors = (await factorsOf(tx, place.personId)).filter(({ kind }) => kinds.includes(kind));
  if (factors.length === 0) return null;
  if (proof.method === "recovery") return (await takeRecoveryCode(tx, place, proof.code)) ? { method: "recovery", factorId: null, assertion: null } : null;
  if (proof.method === "passkey") {
    const taken = await takePasskey(tx, place, factors, proof.response, about);
    return taken && { method: "passkey", ...taken };
  }
  for (const each of factors.filter(({ kind }) => kind === proof.method)) {
    const isTaken = proof.method === "totp" ? await takeTotp(tx, each, proof.code) : await takeSentCode(tx, place, each, proof.code);
    if (isTaken) return { method: proof.method, factorId: each.id, assertion: null };
  }
  return null;
}
