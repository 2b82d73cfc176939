import { env } from "@/lib/env";

/** Each connection has addresses of its own, so that the answer of one identity provider cannot arrive as another's (RFC 9700, 4.4). */
export function callbackAddress(kind: "oidc" | "saml", connectionId: string): string {
  return new URL(`/api/sso/${kind}/${connectionId}`, env().APP_URL).href;
}

/** Where a provider says that somebody signed out there. */
export function backChannelAddress(connectionId: string): string {
  return new URL(`/api/sso/logout/${connectionId}`, env().APP_URL).href;
}

/** Where a provider sends the browser of who signed out here and there. */
export function signedOutAddress(): string {
  return new URL("/sign-in", env().APP_URL).href;
}

/** The name by which a SAML identity provider knows the portal: the audience of what it asserts. */
export function entityId(connectionId: string): string {
  return new URL(`/sso/entity/${connectionId}`, env().APP_URL).href;
}

/** What an identity provider that reads metadata is given: who we are, and where answers go. */
export function ownMetadata(connectionId: string): string {
  return [
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId(connectionId)}">`,
    '  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    "    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>",
    `    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${callbackAddress("saml", connectionId)}" index="0" isDefault="true"/>`,
    "  </md:SPSSODescriptor>",
    "</md:EntityDescriptor>",
  ].join("\n");
}
