import { SignedXml } from "xml-crypto";
import { pemOf } from "./certificate";
import { SsoRefusal } from "./refusal";
import { allElements, attribute, childElements, childrenNamed, isNamed, onlyChild, parseStrict, textOf } from "./strict-xml";

const ds = "http://www.w3.org/2000/09/xmldsig#";
const excC14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/** SHA-2 only: SHA-1 has been forged, and an HMAC would take the public certificate for its secret. */
const signatureMethods = new Set(["256", "384", "512"].map((bits) => `http://www.w3.org/2001/04/xmldsig-more#rsa-sha${bits}`));
const digestMethods = new Set(["http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha512"]);

/** What was signed, read anew from the very bytes whose digest was compared; null where there is no signature. */
type SignedParts = { response: Element | null; assertion: Element | null };

/**
 * Checks the signatures of a response and of its assertion: at least one, at most one each, each the child of just what it
 * signs, by a known key. Some identity providers sign both.
 * @throws SsoRefusal for a signature anywhere else, of another form, or that does not hold.
 */
export function signedParts(xml: string, response: Element, assertion: Element, certificates: readonly string[]): SignedParts {
  const signatures = allElements(response).filter(({ localName }) => localName === "Signature");
  if (signatures.length === 0) throw new SsoRefusal("Neither the response nor the assertion is signed.");
  const stray = signatures.find((signature) => !isNamed(signature, { ns: ds, name: "Signature" }) || (signature.parentNode !== response && signature.parentNode !== assertion));
  if (stray) throw new SsoRefusal("There is a signature where none belongs.");
  return { response: signedPart(xml, response, certificates), assertion: signedPart(xml, assertion, certificates) };
}

/**
 * Checks the one signature of a message as a whole: its root's own, by a known key.
 * @returns the root, read anew from the bytes that were signed.
 * @throws SsoRefusal for no signature, one anywhere else, of another form, or that does not hold.
 */
export function signedMessage(xml: string, root: Element, certificates: readonly string[]): Element {
  const signatures = allElements(root).filter(({ localName }) => localName === "Signature");
  if (signatures.some((signature) => signature.parentNode !== root)) throw new SsoRefusal("There is a signature where none belongs.");
  const part = signedPart(xml, root, certificates);
  if (!part) throw new SsoRefusal(`The ${root.localName} is not signed.`);
  return part;
}

function signedPart(xml: string, parent: Element, certificates: readonly string[]): Element | null {
  const found = childrenNamed(parent, { ns: ds, name: "Signature" });
  const [signature] = found;
  if (!signature) return null;
  if (found.length > 1) throw new SsoRefusal(`${parent.localName} has two signatures.`);
  checkForm(signature, parent);
  const bytes = certificates.map((certificate) => verifiedBytes(xml, signature, certificate)).find((each) => each !== null);
  if (!bytes) throw new SsoRefusal(`The signature of the ${parent.localName} is not by the certificate of this connection, or what it signs was changed.`);
  const root = parseStrict(bytes).documentElement;
  if (root.localName !== parent.localName || root.namespaceURI !== parent.namespaceURI || attribute(root, "ID") !== attribute(parent, "ID")) {
    throw new SsoRefusal("What is signed is not what is shown.");
  }
  return root;
}

/** One reference, to the parent, by methods that are in use; nothing beside it in which something else could hide. */
function checkForm(signature: Element, parent: Element): void {
  const stranger = childElements(signature).find((child) => child.namespaceURI !== ds || !["SignedInfo", "SignatureValue", "KeyInfo"].includes(child.localName));
  if (stranger) throw new SsoRefusal("The signature has a part that none needs.");
  const info = onlyChild(signature, { ns: ds, name: "SignedInfo" });
  textOf(onlyChild(signature, { ns: ds, name: "SignatureValue" }));
  requireMethod(info, "CanonicalizationMethod", new Set([excC14n]));
  requireMethod(info, "SignatureMethod", signatureMethods);
  const reference = onlyChild(info, { ns: ds, name: "Reference" });
  const id = attribute(parent, "ID");
  if (!id || attribute(reference, "URI") !== `#${id}`) throw new SsoRefusal("The signature is about something else than what it stands in.");
  requireMethod(reference, "DigestMethod", digestMethods);
  textOf(onlyChild(reference, { ns: ds, name: "DigestValue" }));
  const transforms = childElements(onlyChild(reference, { ns: ds, name: "Transforms" })).map((transform) => attribute(transform, "Algorithm"));
  if (transforms.length !== 2 || transforms[0] !== enveloped || transforms[1] !== excC14n) throw new SsoRefusal("The signature transforms what it signs in an unusual way.");
}

function requireMethod(parent: Element, name: string, allowed: ReadonlySet<string>): void {
  const algorithm = attribute(onlyChild(parent, { ns: ds, name }), "Algorithm") ?? "none";
  if (!allowed.has(algorithm)) throw new SsoRefusal(`The ${name} ${algorithm} is not allowed; use RSA with SHA-256.`);
}

/** The canonical bytes whose digest holds, or null. The key is the connection's; what the answer says of keys is not read. */
function verifiedBytes(xml: string, signature: Element, certificate: string): string | null {
  const verifier = new SignedXml({ publicCert: pemOf(certificate), getCertFromKeyInfo: () => null });
  try {
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(xml)) return null;
    const references = verifier.getSignedReferences();
    return references.length === 1 ? (references[0] ?? null) : null;
  } catch {
    // A signature that cannot be read or compared is none.
    return null;
  }
}
