import { instantOf, skewMs } from "./gate";
import { SsoRefusal } from "./refusal";
import { signedMessage } from "./signed-parts";
import { allElements, attribute, childrenNamed, isNamed, onlyChild, parseStrict, textOf } from "./strict-xml";

const samlp = "urn:oasis:names:tc:SAML:2.0:protocol";
const saml = "urn:oasis:names:tc:SAML:2.0:assertion";
const success = "urn:oasis:names:tc:SAML:2.0:status:Success";
const partial = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
const mostIndexes = 20;
/** How long a message may have been on its way. */
export const oldestMs = 300_000;

type Expected = { issuer: string; destination: string };

export type LogoutRequest = { id: string; nameId: string; sessionIndexes: string[] };

/**
 * Reads a request to sign somebody out (SAML 2.0 Core, 3.7.1) that came with a signature which holds: of the query, or, by
 * `postedRequest`, its own.
 * @throws SsoRefusal that says which rule it breaks.
 */
export function readLogoutRequest(root: Element, expected: Expected, now: Date = new Date()): LogoutRequest {
  const id = checkMessage(root, "LogoutRequest", expected, now);
  const end = attribute(root, "NotOnOrAfter");
  if (end !== null && instantOf(end) + skewMs <= now.getTime()) throw new SsoRefusal(`The request to sign out ended at ${end}.`);
  if (allElements(root).some(({ localName }) => localName === "EncryptedID")) throw new SsoRefusal("The name is encrypted; turn encryption off at the identity provider, TLS protects it.");
  const nameId = textOf(onlyChild(root, { ns: saml, name: "NameID" }));
  const sessionIndexes = childrenNamed(root, { ns: samlp, name: "SessionIndex" }).map(textOf);
  if (nameId === "" || nameId.length > 512) throw new SsoRefusal("The request to sign out names nobody.");
  if (sessionIndexes.length > mostIndexes || sessionIndexes.includes("")) throw new SsoRefusal("The request to sign out names too many sessions, or one without a name.");
  return { id, nameId, sessionIndexes };
}

/** A message by the redirect binding, whose signature is in the query and so not in it as well. */
export function redirectedRoot(xml: string): Element {
  const root = parseStrict(xml).documentElement;
  if (allElements(root).some(({ localName }) => localName === "Signature")) throw new SsoRefusal("There is a signature where none belongs.");
  return root;
}

/** A message by the POST binding: what its own signature signs, and nothing else. */
export function postedRoot(xml: string, certificates: readonly string[]): Element {
  return signedMessage(xml, parseStrict(xml).documentElement, certificates);
}

/** What a provider says that became of our own request. @throws SsoRefusal for an answer to another one. */
export function readLogoutResponse(root: Element, expected: Expected & { requestId: string }, now: Date = new Date()): "everywhere" | "here" {
  checkMessage(root, "LogoutResponse", expected, now);
  if (attribute(root, "InResponseTo") !== expected.requestId) throw new SsoRefusal("The answer is to another request to sign out.");
  const status = onlyChild(onlyChild(root, { ns: samlp, name: "Status" }), { ns: samlp, name: "StatusCode" });
  const isPartial = childrenNamed(status, { ns: samlp, name: "StatusCode" }).some((code) => attribute(code, "Value") === partial);
  return attribute(status, "Value") === success && !isPartial ? "everywhere" : "here";
}

/** What both kinds of message must be. Gives the id. */
function checkMessage(root: Element, name: string, { issuer, destination }: Expected, now: Date): string {
  if (!isNamed(root, { ns: samlp, name })) throw new SsoRefusal(`The message is no ${name}.`);
  const id = attribute(root, "ID");
  if (!id || id.length > 280 || attribute(root, "Version") !== "2.0") throw new SsoRefusal("The message has no id or is not of SAML 2.0.");
  if (textOf(onlyChild(root, { ns: saml, name: "Issuer" })) !== issuer) throw new SsoRefusal("The message is of another issuer.");
  if (attribute(root, "Destination") !== destination) throw new SsoRefusal("The message's Destination is not our address.");
  const made = instantOf(attribute(root, "IssueInstant") ?? "");
  if (made + oldestMs + skewMs <= now.getTime() || made - skewMs > now.getTime()) throw new SsoRefusal("The message is too old, or not yet made.");
  return id;
}
