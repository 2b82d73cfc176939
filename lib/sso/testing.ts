import { generateKeyPairSync } from "node:crypto";
import { SignedXml } from "xml-crypto";
import { newId } from "@/lib/id";
import { selfSigned } from "./self-signed";

/** A key pair with a certificate that it signed itself (RFC 5280), DER in base64. */
export type TestKey = { privateKey: string; certificate: string };

export function makeKey(commonName = "Test identity provider", days = 365): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), certificate: selfSigned(privateKey, publicKey, { commonName, days }) };
}

export type Answer = {
  issuer: string;
  recipient: string;
  destination: string;
  audience: string;
  inResponseTo: string | null;
  nameId: string;
  nameIdFormat: string;
  sessionIndex: string | null;
  /** An attribute `mail`; none where the NameID is the address. */
  email: string | null;
  groups: string[];
  assertionId: string;
  responseId: string;
  conditionsEnd: Date;
  confirmationEnd: Date;
  notBefore: Date;
  /** Extra XML inside of the response, before the assertion. */
  before: string;
};

/** An answer that every check lets through, but for what is given. */
export function answer(given: Partial<Answer> & Pick<Answer, "recipient" | "audience" | "inResponseTo">): Answer {
  const end = new Date(Date.now() + 300_000);
  return {
    issuer: "https://idp.example.test", destination: given.recipient, nameId: "ann@example.test", nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", sessionIndex: null, email: null, groups: ["staff"], assertionId: `_${newId()}`, responseId: `_${newId()}`,
    conditionsEnd: end, confirmationEnd: end, notBefore: new Date(Date.now() - 5_000), before: "", ...given,
  };
}

const saml = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';

export function assertionXml(a: Answer): string {
  const inResponseTo = a.inResponseTo === null ? "" : ` InResponseTo="${a.inResponseTo}"`;
  return `<saml:Assertion ${saml} ID="${a.assertionId}" Version="2.0" IssueInstant="${new Date().toISOString()}"><saml:Issuer>${a.issuer}</saml:Issuer>`
    + `<saml:Subject><saml:NameID Format="${a.nameIdFormat}">${a.nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`
    + `<saml:SubjectConfirmationData Recipient="${a.recipient}" NotOnOrAfter="${a.confirmationEnd.toISOString()}"${inResponseTo}/></saml:SubjectConfirmation></saml:Subject>`
    + `<saml:Conditions NotBefore="${a.notBefore.toISOString()}" NotOnOrAfter="${a.conditionsEnd.toISOString()}"><saml:AudienceRestriction><saml:Audience>${a.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`
    + `<saml:AuthnStatement AuthnInstant="${new Date().toISOString()}"${a.sessionIndex === null ? "" : ` SessionIndex="${a.sessionIndex}"`}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`
    + `<saml:AttributeStatement><saml:Attribute Name="groups">${a.groups.map((group) => `<saml:AttributeValue>${group}</saml:AttributeValue>`).join("")}</saml:Attribute>${a.email === null ? "" : `<saml:Attribute Name="mail"><saml:AttributeValue>${a.email}</saml:AttributeValue></saml:Attribute>`}</saml:AttributeStatement></saml:Assertion>`;
}

export function responseXml(a: Answer, assertion = assertionXml(a)): string {
  const inResponseTo = a.inResponseTo === null ? "" : ` InResponseTo="${a.inResponseTo}"`;
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ${saml} ID="${a.responseId}" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${a.destination}"${inResponseTo}>`
    + `<saml:Issuer>${a.issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${a.before}${assertion}</samlp:Response>`;
}

type Methods = { signature?: string; digest?: string; what?: "Assertion" | "Response" | "LogoutRequest" };

/** Signs the assertion, or the response, as identity providers do: enveloped, behind its issuer. */
export function signed(xml: string, { privateKey, certificate }: TestKey, { signature, digest, what = "Assertion" }: Methods = {}): string {
  const signer = new SignedXml({
    privateKey, publicCert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----`,
    signatureAlgorithm: signature ?? "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
  });
  const path = what === "Assertion" ? "//*[local-name(.)='Assertion']" : `/*[local-name(.)='${what}']`;
  signer.addReference({
    xpath: path, digestAlgorithm: digest ?? "http://www.w3.org/2001/04/xmlenc#sha256",
    transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"],
  });
  signer.computeSignature(xml, { prefix: "ds", location: { reference: `${path}/*[local-name(.)='Issuer']`, action: "after" } });
  return signer.getSignedXml();
}

export const posted = (xml: string): string => Buffer.from(xml).toString("base64");

/** What an identity provider says of itself. */
export function metadataXml(issuer: string, certificates: readonly string[], { signInUrl = `${issuer}/sso`, attributes = "", parts = "" } = {}): string {
  const keys = certificates.map((certificate) => `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`);
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${issuer}"${attributes}>`
    + `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join("")}${parts}`
    + `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${signInUrl}"/></md:IDPSSODescriptor></md:EntityDescriptor>`;
}
