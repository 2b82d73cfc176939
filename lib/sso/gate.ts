import { AppError } from "@/lib/errors";
import { signedParts } from "./signed-parts";
import { SsoRefusal } from "./refusal";
import { allElements, attribute, childrenNamed, isNamed, onlyChild, parseStrict, textOf } from "./strict-xml";

const samlp = "urn:oasis:names:tc:SAML:2.0:protocol";
const saml = "urn:oasis:names:tc:SAML:2.0:assertion";
const success = "urn:oasis:names:tc:SAML:2.0:status:Success";
const transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

export const skewMs = 60_000;

export type Expected = {
  /** The entity id of the identity provider. */
  issuer: string;
  /** DER in base64. */
  certificates: readonly string[];
  /** Our address for answers of this connection. */
  recipient: string;
  audience: string;
  /** The request that this answers; null: the identity provider began, where that is allowed. */
  requestId: string | null;
};

export type NameId = { value: string; format: string | null; nameQualifier: string | null; spNameQualifier: string | null };

export type Asserted = {
  assertionId: string;
  /** When the assertion would be refused anyway, so that its id need not be remembered any more. */
  expiresAt: Date;
  nameId: string;
  /** The provider's name for the person; null where it is made for this one sign-in (SAML 2.0 Core, 8.3.8). */
  subject: string | null;
  /** The whole name, which a request to sign out repeats. */
  named: NameId;
  /** The classes of the sign-in there, as AuthnContextClassRef names them. */
  methods: string[];
  /** The session there, to which a request to sign out refers. */
  sessionIndex: string | null;
  idToken: null;
  claims: Record<string, string[]>;
  /** What is signed: the response, the assertion or both. */
  signed: { response: boolean; assertion: boolean };
};

/**
 * The strict gate for SAML answers: every rule of the Web Browser SSO profile (SAML 2.0 Profiles, 4.1.4) that protects who
 * signs in, checked on the bytes that were signed and on nothing else.
 * @param xml the decoded SAMLResponse.
 * @throws SsoRefusal that says which rule it breaks.
 */
export function checkAnswer(xml: string, expected: Expected, now: Date = new Date()): Asserted {
  const root = parseStrict(xml).documentElement;
  if (!isNamed(root, { ns: samlp, name: "Response" })) throw new SsoRefusal("The root is no SAML response.");
  const outer = onlyAssertion(root);
  const parts = signedParts(xml, root, outer, expected.certificates);

  checkResponse(parts.response ?? root, expected);
  // From here on only what was signed: the assertion itself, or the one inside of the signed response.
  const assertion = parts.assertion ?? (parts.response ? onlyAssertion(parts.response) : null);
  if (!assertion || !isNamed(assertion, { ns: saml, name: "Assertion" })) throw new SsoRefusal("Nothing that is signed is an assertion.");
  const assertionId = attribute(assertion, "ID");
  if (!assertionId || assertionId.length > 300 || attribute(assertion, "Version") !== "2.0") throw new SsoRefusal("The assertion has no id or is not of SAML 2.0.");
  if (textOf(onlyChild(assertion, { ns: saml, name: "Issuer" })) !== expected.issuer) throw new SsoRefusal("The assertion is of another issuer.");
  const ends = [checkConditions(assertion, expected, now), checkConfirmation(assertion, expected, now)];
  checkAuthentication(assertion, now);
  const named = onlyChild(onlyChild(assertion, { ns: saml, name: "Subject" }), { ns: saml, name: "NameID" });
  const nameId = textOf(named);
  if (nameId === "") throw new SsoRefusal("The assertion is about nobody.");
  return {
    assertionId,
    expiresAt: new Date(Math.max(...ends) + skewMs),
    nameId,
    subject: attribute(named, "Format") === transient ? null : nameId,
    named: nameIdOf(named),
    methods: methodsOf(assertion),
    sessionIndex: sessionIndexOf(assertion),
    idToken: null,
    claims: { ...attributesOf(assertion), NameID: [nameId] },
    signed: { response: parts.response !== null, assertion: parts.assertion !== null },
  };
}

/** The one assertion there is anywhere, which must be the response's own child and not encrypted. */
function onlyAssertion(response: Element): Element {
  const elements = allElements(response);
  if (elements.some(({ localName }) => localName === "EncryptedAssertion" || localName === "EncryptedID")) {
    throw new SsoRefusal("The assertion is encrypted; turn encryption off at the identity provider, TLS protects it.");
  }
  if (elements.filter(({ localName }) => localName === "Response").length !== 1) throw new SsoRefusal("There is more than one response.");
  if (elements.filter(({ localName }) => localName === "Assertion").length !== 1) throw new SsoRefusal("There must be exactly one assertion.");
  return onlyChild(response, { ns: saml, name: "Assertion" });
}

function checkResponse(response: Element, expected: Expected): void {
  if (attribute(response, "Version") !== "2.0") throw new SsoRefusal("The response is not of SAML 2.0.");
  if (attribute(response, "Destination") !== expected.recipient) throw new SsoRefusal("The response's Destination is not our address.");
  if (attribute(response, "InResponseTo") !== expected.requestId) throw new SsoRefusal("The response answers no request, or another one than this browser's.");
  const issuers = childrenNamed(response, { ns: saml, name: "Issuer" });
  if (issuers.length > 1 || issuers.some((issuer) => textOf(issuer) !== expected.issuer)) throw new SsoRefusal("The response is of another issuer.");
  const status = onlyChild(onlyChild(response, { ns: samlp, name: "Status" }), { ns: samlp, name: "StatusCode" });
  if (attribute(status, "Value") !== success) throw new SsoRefusal("The identity provider did not sign this person in.");
}

/** When the conditions end, in milliseconds. */
function checkConditions(assertion: Element, expected: Expected, now: Date): number {
  const conditions = onlyChild(assertion, { ns: saml, name: "Conditions" });
  const end = checkPeriod(conditions, "The assertion's conditions", now);
  const restrictions = childrenNamed(conditions, { ns: saml, name: "AudienceRestriction" });
  if (restrictions.length === 0) throw new SsoRefusal("The assertion names no audience.");
  for (const restriction of restrictions) {
    const audiences = childrenNamed(restriction, { ns: saml, name: "Audience" }).map(textOf);
    if (!audiences.includes(expected.audience)) throw new SsoRefusal("The assertion is for another audience.");
  }
  return end;
}

function checkConfirmation(assertion: Element, expected: Expected, now: Date): number {
  const subject = onlyChild(assertion, { ns: saml, name: "Subject" });
  const confirmation = onlyChild(subject, { ns: saml, name: "SubjectConfirmation" });
  if (attribute(confirmation, "Method") !== bearer) throw new SsoRefusal("The subject is not confirmed by bearing the assertion.");
  const data = onlyChild(confirmation, { ns: saml, name: "SubjectConfirmationData" });
  if (attribute(data, "Recipient") !== expected.recipient) throw new SsoRefusal("The assertion's Recipient is not our address.");
  if (attribute(data, "InResponseTo") !== expected.requestId) throw new SsoRefusal("The assertion answers no request, or another one than this browser's.");
  return checkPeriod(data, "The subject's confirmation", now);
}

function checkAuthentication(assertion: Element, now: Date): void {
  const statements = childrenNamed(assertion, { ns: saml, name: "AuthnStatement" });
  if (statements.length === 0) throw new SsoRefusal("The assertion does not say that anybody signed in.");
  for (const statement of statements) {
    const end = attribute(statement, "SessionNotOnOrAfter");
    if (end !== null && instantOf(end) + skewMs <= now.getTime()) throw new SsoRefusal("The session at the identity provider is over.");
  }
}

function nameIdOf(element: Element): NameId {
  return { value: textOf(element), format: attribute(element, "Format"), nameQualifier: attribute(element, "NameQualifier"), spNameQualifier: attribute(element, "SPNameQualifier") };
}

function methodsOf(assertion: Element): string[] {
  const contexts = childrenNamed(assertion, { ns: saml, name: "AuthnStatement" }).flatMap((statement) => childrenNamed(statement, { ns: saml, name: "AuthnContext" }));
  return contexts.flatMap((context) => childrenNamed(context, { ns: saml, name: "AuthnContextClassRef" }).map(textOf)).slice(0, 10);
}

function sessionIndexOf(assertion: Element): string | null {
  const [index] = childrenNamed(assertion, { ns: saml, name: "AuthnStatement" }).map((statement) => attribute(statement, "SessionIndex"));
  return index && index.length <= 512 ? index : null;
}

/** Gives the end, which there must be. */
function checkPeriod(element: Element, what: string, now: Date): number {
  const [begin, end] = [attribute(element, "NotBefore"), attribute(element, "NotOnOrAfter")];
  if (end === null) throw new SsoRefusal(`${what} have no end.`);
  if (instantOf(end) + skewMs <= now.getTime()) throw new SsoRefusal(`${what} ended at ${end}.`);
  if (begin !== null && instantOf(begin) - skewMs > now.getTime()) throw new SsoRefusal(`${what} begin at ${begin}.`);
  return instantOf(end);
}

/** SAML 2.0 Core, 1.3.3: UTC, without another time zone. */
export function instantOf(text: string): number {
  const at = text.endsWith("Z") ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new SsoRefusal("A time in the answer cannot be read.");
  return at;
}

function attributesOf(assertion: Element): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (const statement of childrenNamed(assertion, { ns: saml, name: "AttributeStatement" })) {
    for (const element of childrenNamed(statement, { ns: saml, name: "Attribute" })) {
      const name = (attribute(element, "Name") ?? "").slice(0, 300);
      const values = childrenNamed(element, { ns: saml, name: "AttributeValue" }).filter((value) => Array.from(value.childNodes).every((node) => node.nodeType === 3));
      found.set(name, [...(found.get(name) ?? []), ...values.map(textOf)].slice(0, 500));
    }
  }
  return Object.fromEntries(found);
}

/**
 * The name and attributes of the first assertion in a text, for a preview: nothing is checked, so nobody is let in by it.
 * @throws AppError `invalid_input`.
 */
export function attributesIn(xml: string): Record<string, string[]> {
  try {
    const assertion = allElements(parseStrict(xml).documentElement).find((element) => isNamed(element, { ns: saml, name: "Assertion" }));
    if (!assertion) throw new SsoRefusal("There is no assertion in it.");
    const names = allElements(assertion).filter((element) => isNamed(element, { ns: saml, name: "NameID" }));
    return { ...attributesOf(assertion), NameID: names.map(textOf).slice(0, 1) };
  } catch (error) {
    if (error instanceof SsoRefusal) throw new AppError("invalid_input", error.message, { fields: { pasted: error.message } });
    throw error;
  }
}
