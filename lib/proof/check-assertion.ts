import { createHash } from "node:crypto";
import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import canonicalize from "canonicalize";
import { z } from "zod";
import type { BundledAssertion } from "./bundle";
import type { Finding } from "./link";

const Statement = z.object({ kind: z.literal("countersign.step-up"), v: z.literal(1), organization: z.string(), person: z.string(), session: z.string(), verb: z.string(), object: z.string(), nonce: z.string() });

/** What the event of a decision says that the assertion must say too. */
export type ExpectedAssertion = { organization: string; person: string; session: string | undefined; verb: string; approval: string; decision: string; digest: string; assertionSha256: string };

/** Checks what a security key signed: that it is what the event names, that its signature fits, and that it signed for this decision. */
export async function checkAssertion(assertion: BundledAssertion, expected: ExpectedAssertion): Promise<Finding[]> {
  const { proof: _id, ...kept } = assertion;
  const statement = Statement.safeParse(parse(kept.statement)).data;
  const signed = await verifyAuthenticationResponse({
    response: { id: kept.credentialId, rawId: kept.credentialId, type: "public-key", clientExtensionResults: {}, response: kept },
    expectedChallenge: createHash("sha256").update(kept.statement).digest("base64url"),
    expectedOrigin: kept.origin,
    expectedRPID: kept.rpId,
    requireUserVerification: false,
    // Whether the counter went up was seen when it was given; what is checked here is what was signed.
    credential: { id: kept.credentialId, publicKey: Uint8Array.from(Buffer.from(kept.publicKey, "base64url")), counter: 0 },
  }).catch(() => null);
  const same = statement !== undefined && statement.organization === expected.organization && statement.person === expected.person && statement.session === expected.session;
  return [
    { what: "The event of the decision names this assertion by its SHA-256", ok: createHash("sha256").update(canonicalize(kept) ?? "").digest("hex") === expected.assertionSha256 },
    { what: `The key's signature fits, over a challenge that is the SHA-256 of the statement, made at ${kept.origin}`, ok: signed?.verified === true },
    { what: "The statement is of this organization, of who decided, in the session in which they decided", ok: same },
    { what: `The statement is for this request, this decision (${expected.decision}) and this digest`, ok: statement?.verb === expected.verb && statement.object === `${expected.approval} ${expected.decision} ${expected.digest}` },
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
