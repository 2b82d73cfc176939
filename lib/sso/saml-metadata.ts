import { AppError } from "@/lib/errors";
import { readCertificate } from "./certificate";
import { SsoRefusal } from "./refusal";
import { allElements, attribute, childrenNamed, isNamed, parseStrict, textOf } from "./strict-xml";

const md = "urn:oasis:names:tc:SAML:2.0:metadata";
const ds = "http://www.w3.org/2000/09/xmldsig#";
const redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

export type ProviderMetadata = { issuer: string; signInUrl: string; signOutUrl: string | null; certificates: string[] };

/**
 * What a SAML identity provider says of itself (SAML 2.0 Metadata): its name, where requests go and what signs its answers.
 * @throws AppError `invalid_input` that says what is missing.
 */
export function readMetadata(xml: string): ProviderMetadata {
  try {
    return read(parseStrict(xml.trim()).documentElement);
  } catch (error) {
    throw error instanceof SsoRefusal ? invalid(error.message) : error;
  }
}

function read(root: Element): ProviderMetadata {
  const [entity, ...others] = allElements(root).filter((element) => isNamed(element, { ns: md, name: "EntityDescriptor" }));
  if (!entity || others.length > 0) throw new SsoRefusal("The metadata must describe one entity.");
  const [provider] = childrenNamed(entity, { ns: md, name: "IDPSSODescriptor" });
  const issuer = attribute(entity, "entityID");
  const validUntil = attribute(entity, "validUntil");
  if (validUntil && !(Date.parse(validUntil) > Date.now())) throw new SsoRefusal(`The metadata were valid until ${validUntil.slice(0, 40)}.`);
  if (!provider || !issuer) throw new SsoRefusal("The metadata describes no identity provider.");
  const signInUrl = addressOf(provider, "SingleSignOnService");
  if (!signInUrl) throw new SsoRefusal("The metadata names no address for sign-in by redirect.");
  const keys = childrenNamed(provider, { ns: md, name: "KeyDescriptor" }).filter((key) => (attribute(key, "use") ?? "signing") === "signing");
  const texts = keys.flatMap((key) => allElements(key).filter((element) => isNamed(element, { ns: ds, name: "X509Certificate" })).map(textOf));
  const certificates = [...new Set(texts.map(readCertificate))];
  if (certificates.length === 0 || certificates.length > 5) throw new SsoRefusal("The metadata must have one to five certificates for signing.");
  return { issuer, signInUrl, signOutUrl: addressOf(provider, "SingleLogoutService"), certificates };
}

/** Where the redirect binding of a service is. */
function addressOf(provider: Element, name: string): string | null {
  const [service] = childrenNamed(provider, { ns: md, name }).filter((each) => attribute(each, "Binding") === redirectBinding);
  return service ? attribute(service, "Location") : null;
}

function invalid(message: string): AppError {
  return new AppError("invalid_input", message, { hint: "Download the metadata of the identity provider's side again.", fields: { metadata: message } });
}
