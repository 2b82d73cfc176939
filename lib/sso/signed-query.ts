import { createSign, type KeyObject, verify } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { pemOf } from "./certificate";
import { SsoRefusal } from "./refusal";

const rsa = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha";
/** SHA-2 only, as for signatures inside of the XML. */
const hashes: Readonly<Record<string, string>> = { [`${rsa}256`]: "sha256", [`${rsa}384`]: "sha384", [`${rsa}512`]: "sha512" };
const largest = 262_144;
const names = ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature"] as const;

/** A message that came by the redirect binding, and whose signature holds. */
export type SignedQuery = { kind: "request" | "response"; xml: string; relayState: string | null };

/** Signs what the redirect binding sends: just these octets, in this order (SAML 2.0 Bindings, 3.4.4.1). Other parameters of the address stay before them. */
export function signQuery(address: string, key: KeyObject): string {
  const url = new URL(address);
  const pieces: string[] = [];
  for (const name of ["SAMLRequest", "SAMLResponse", "RelayState"]) {
    const value = url.searchParams.get(name);
    if (value !== null) pieces.push(`${name}=${encodeURIComponent(value)}`);
    url.searchParams.delete(name);
  }
  const octets = [...pieces, `SigAlg=${encodeURIComponent(`${rsa}256`)}`].join("&");
  const signature = createSign("sha256").update(octets).sign(key, "base64");
  url.search = [url.search.slice(1), octets, `Signature=${encodeURIComponent(signature)}`].filter((part) => part !== "").join("&");
  return url.href;
}

/**
 * Checks the signature of a query over the very octets that came, whatever else stands beside them in the address.
 * @throws SsoRefusal for a query without one message, without a signature, by another key or another method, or changed.
 */
export function checkQuery(search: string, certificates: readonly string[]): SignedQuery {
  const raw = new Map<string, string>();
  for (const piece of search.replace(/^\?/, "").split("&")) {
    const at = piece.indexOf("=");
    const name = names.find((each) => each === decoded(at < 0 ? piece : piece.slice(0, at)));
    if (!name) continue;
    // Twice, or spelt in another way: two readers would see two messages.
    if (raw.has(name) || !piece.startsWith(`${name}=`)) throw new SsoRefusal(`${name} is there in a way that can be read twice.`);
    raw.set(name, piece);
  }
  const [request, response] = [raw.get("SAMLRequest"), raw.get("SAMLResponse")];
  const message = request ?? response;
  if (!message || (request && response)) throw new SsoRefusal("There must be one message, a request or a response.");
  const [signature, method] = [valueOf(raw.get("Signature")), raw.get("SigAlg")];
  if (!signature || !method) throw new SsoRefusal("The message is not signed.");
  const hash = hashes[valueOf(method) ?? ""];
  if (!hash) throw new SsoRefusal("The method of the signature is not allowed; use RSA with SHA-256.");
  const octets = Buffer.from([message, raw.get("RelayState"), method].filter((piece) => piece !== undefined).join("&"));
  const bytes = Buffer.from(signature, "base64");
  if (!certificates.some((certificate) => verify(hash, octets, pemOf(certificate), bytes))) throw new SsoRefusal("The signature is not by the certificate of this connection, or what it signs was changed.");
  return { kind: request ? "request" : "response", xml: inflated(valueOf(message) ?? ""), relayState: valueOf(raw.get("RelayState")) };
}

function valueOf(piece: string | undefined): string | null {
  return piece === undefined ? null : decoded(piece.slice(piece.indexOf("=") + 1));
}

/** As forms are encoded, since some providers send a space as a plus. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new SsoRefusal("The address cannot be read.");
  }
}

function inflated(base64: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(inflateRawSync(Buffer.from(base64, "base64"), { maxOutputLength: largest }));
  } catch {
    throw new SsoRefusal("The message cannot be read, or is too long.");
  }
}
