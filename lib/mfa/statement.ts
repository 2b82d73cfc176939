import { createHash, randomBytes } from "node:crypto";
import canonicalize from "canonicalize";
import type { SignedAssertion } from "@/db/schema/factor";
import type { ProofPlace } from "./place";

/** What a fresh proof is given for: a verb and the one thing that it is about. */
export type About = { verb: string; object: string };

/**
 * What an authenticator is asked to sign for, in RFC 8785 form: who, in which session, for which verb and object. Its SHA-256
 * is the challenge, so that the signature of a security key commits to the thing itself and not only to the moment: whoever
 * has the assertion can show later what it was given for.
 */
export function stepUpStatement({ organizationId, personId, boundTo }: ProofPlace, { verb, object }: About): string {
  return canonical({ kind: "countersign.step-up", v: 1, organization: organizationId, person: personId, session: boundTo, verb, object, nonce: randomBytes(32).toString("base64url") });
}

/** The challenge of WebAuthn (13.4.3) that commits to a statement. */
export function challengeOf(statement: string): Buffer {
  return createHash("sha256").update(statement).digest();
}

/** What an audit event says of an assertion that is kept beside it. */
export function assertionHash(assertion: SignedAssertion): string {
  return createHash("sha256").update(canonical(assertion)).digest("hex");
}

/** Whether a statement was made for this verb and this object. */
export function isAbout(statement: string, { verb, object }: About): boolean {
  const said = JSON.parse(statement) as Partial<About>;
  return said.verb === verb && said.object === object;
}

function canonical(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("it cannot be written as JSON");
  return text;
}
