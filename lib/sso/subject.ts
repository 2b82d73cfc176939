import { emailSchema } from "@/lib/people/email";
import type { Connection } from "./connection";
import type { NameId } from "./gate";
import type { Claims } from "./mapping";

/** What an identity provider's answer says, once it passed all checks. */
export type Proven = {
  claims: Claims;
  /** The provider's own name for the person: `sub`, or a NameID; null where it gives another one each time. */
  subject: string | null;
  /** SAML: the NameID with all that it came with. */
  named: NameId | null;
  /** How they signed in there: `amr` and `acr`, or AuthnContextClassRef. */
  methods: readonly string[];
  /** What the provider calls the session there: `sid`, or SessionIndex. */
  sessionIndex: string | null;
  /** OpenID Connect: who signs out shows it to the provider. */
  idToken: string | null;
};

const longest = 512;

/** The name by which somebody is known again at their next sign-in; null where the answer has none that stays. */
export function subjectOf({ mapping }: Pick<Connection, "mapping">, { claims, subject }: Pick<Proven, "claims" | "subject">): string | null {
  const chosen = mapping.subject === "" ? (subject === null ? [] : [subject]) : Object.hasOwn(claims, mapping.subject) ? (claims[mapping.subject] ?? []) : [];
  const [only, ...others] = chosen;
  if (!only || others.length > 0 || only.length > longest) return null;
  return asAddress(only) ?? only;
}

/** An address as a name, in the spelling that people have here; null for any other name. */
export function asAddress(subject: string): string | null {
  const read = emailSchema.safeParse(subject);
  return read.success ? read.data : null;
}
