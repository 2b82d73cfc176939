import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { freshProof } from "@/db/schema/factor";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorizeSelf } from "@/lib/ability/authorize";
import { freshProofVerbs, type FreshProofVerb } from "@/lib/ability/fresh-proof";
import { verifyPassword } from "@/lib/auth/password";
import { factorGates, gatesOf, pass, succeed } from "@/lib/auth/throttle";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { read, transact } from "@/lib/transact";
import { freshProofMs, waysToProve } from "./fresh-proof";
import { ProofInput, takeProof } from "./proof";
import { assertionHash } from "./statement";

export const proofVerbs = Object.keys(freshProofVerbs) as [FreshProofVerb, ...FreshProofVerb[]];

export const ProveInput = z.strictObject({
  verb: z.enum(proofVerbs),
  /** What the verb is about, as the refusal named it. */
  object: z.string().min(1).max(200),
  proof: z.discriminatedUnion("method", [...ProofInput.options, z.strictObject({ method: z.literal("password"), password: z.string().min(1, "must not be empty").max(256) })]),
});
export type ProveInput = z.infer<typeof ProveInput>;

/**
 * Proves that it is the caller, for one verb and one object, in this session. Whoever has a factor proves that one; the
 * password is enough only for who has none. Guesses wait longer and longer.
 * @throws AppError `invalid_input` on the field that is wrong; `rate_limited`.
 */
export async function prove(ctx: PersonCtx, input: ProveInput): Promise<{ verb: FreshProofVerb; object: string }> {
  const { verb, object, proof } = input;
  const { id, email, sessionId } = ctx.actor;
  const gates = proof.method === "password" ? gatesOf({ email, ip: ctx.ip, device: sessionId, knownAddress: true }) : factorGates(id);
  const wait = await pass(gates);
  if (wait) throw new AppError("rate_limited", `Too many attempts. Try again in ${wait.seconds} seconds.`, { retryAfterSeconds: wait.seconds });
  const place = { organizationId: ctx.organizationId, personId: id, boundTo: sessionId };
  const passwordIsRight = proof.method === "password" && (await isPassword(ctx, proof.password));
  const method = await transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const resource = { type: "person", id, name: email };
    const taken = proof.method === "password" ? await takePassword(tx, id, passwordIsRight) : await takeProof(tx, place, proof, "fresh_proof", { verb, object });
    if (!taken) return { value: null, audit: { action: "sessions.proof_refused", resource, details: { verb, object, method: proof.method }, outcome: "blocked" } };
    const expiresAt = sql`now() + ${`${freshProofMs} milliseconds`}::interval`;
    const given = { id: newId(), method: taken.method, factorId: taken.factorId, assertion: taken.assertion };
    await tx.insert(freshProof).values({ ...given, organizationId: ctx.organizationId, personId: id, sessionId, verb, object, expiresAt });
    const details = { verb, object, proof: given.id, method: given.method, factor: given.factorId, assertionSha256: given.assertion && assertionHash(given.assertion) };
    return { value: given.method, audit: { action: "sessions.proved", resource, details } };
  });
  if (!method) throw wrong(proof.method);
  await succeed(gates);
  return { verb, object };
}

async function takePassword(tx: Tx, personId: string, isRight: boolean): Promise<{ method: "password"; factorId: null; assertion: null } | null> {
  const counts = isRight && (await waysToProve(tx, personId)).includes("password");
  return counts ? { method: "password", factorId: null, assertion: null } : null;
}

async function isPassword(ctx: PersonCtx, password: string): Promise<boolean> {
  const hash = await read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const [row] = await tx.select({ hash: person.passwordHash }).from(person).where(eq(person.id, ctx.actor.id));
    return row?.hash ?? null;
  });
  return verifyPassword(hash, password);
}

function wrong(method: ProveInput["proof"]["method"]): AppError {
  if (method === "password") return new AppError("invalid_input", "The password is wrong.", { fields: { password: "is not your password" } });
  if (method === "passkey") return new AppError("invalid_input", "The key was not accepted.", { hint: "Try again with a key that is listed in your account." });
  return new AppError("invalid_input", "The code was not accepted.", { fields: { code: "is wrong, too old, or was used already; wait for the next one" } });
}
