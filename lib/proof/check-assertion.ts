import { createHash } from "node:crypto";
import type { BundledAssertion } from "./bundle";
import { canonicalJson } from "./canonical";
import { hashOfText } from "./digest";
import type { Finding } from "./link";
import { isRecord, parseJson } from "./shape";
import { isSignedBy } from "./webauthn";

/** What the event says that the assertion must say too. `object`: what it was given for; `forWhat`: the same in words. */
export type ExpectedAssertion = { organization: string; person: string; session: string | undefined; verb: string; object: string; forWhat: string; assertionSha256: string };

/** Checks what a security key signed: that it is what the event names, that its signature fits, and that it signed for this and nothing else. */
export function checkAssertion(assertion: BundledAssertion, expected: ExpectedAssertion): Finding[] {
  const { proof: _id, ...kept } = assertion;
  const parsed = parseJson(kept.statement);
  const statement = isRecord(parsed) && parsed.kind === "countersign.step-up" && parsed.v === 1 ? parsed : null;
  const challenge = createHash("sha256").update(kept.statement).digest("base64url");
  const isTheirs = statement?.organization === expected.organization && statement.person === expected.person && statement.session === expected.session;
  return [
    { what: "The event of the decision names this assertion by its SHA-256", ok: hashOfText(canonicalJson(kept)) === expected.assertionSha256 },
    { what: `The key's signature fits, over a challenge that is the SHA-256 of the statement, made at ${kept.origin}`, ok: isSignedBy(kept, { challenge, origin: kept.origin, rpId: kept.rpId }) },
    { what: "The statement is of this organization, of who decided, in the session in which they decided", ok: isTheirs },
    { what: `The statement is for ${expected.forWhat}`, ok: statement?.verb === expected.verb && statement.object === expected.object },
  ];
}
