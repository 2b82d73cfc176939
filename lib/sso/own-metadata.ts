import { callbackAddress, entityId, samlSignOutAddress } from "./addresses";
import type { Connection } from "./connection";

const bindings = "urn:oasis:names:tc:SAML:2.0:bindings";

/** What an identity provider that reads metadata is given: who we are, what we sign with, and where answers go. */
export function ownMetadata({ id, ownCertificate, signsRequests }: Pick<Connection, "id" | "ownCertificate" | "signsRequests">): string {
  const key = ownCertificate
    ? [
        `    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${ownCertificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
        ...["HTTP-Redirect", "HTTP-POST"].map((binding) => `    <md:SingleLogoutService Binding="${bindings}:${binding}" Location="${samlSignOutAddress(id)}"/>`),
      ]
    : [];
  return [
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId(id)}">`,
    `  <md:SPSSODescriptor AuthnRequestsSigned="${signsRequests}" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`,
    ...key,
    "    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>",
    `    <md:AssertionConsumerService Binding="${bindings}:HTTP-POST" Location="${callbackAddress("saml", id)}" index="0" isDefault="true"/>`,
    "  </md:SPSSODescriptor>",
    "</md:EntityDescriptor>",
  ].join("\n");
}
