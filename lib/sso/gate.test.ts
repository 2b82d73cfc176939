import { describe, expect, it } from "vitest";
import { checkAnswer, type Expected, skewMs } from "./gate";
import { type Answer, answer, assertionXml, makeKey, responseXml, signed } from "./testing";

const [key, stranger] = [makeKey(), makeKey("Somebody else")];
const recipient = "https://portal.test/api/sso/saml/1";
const audience = "https://portal.test/sso/entity/1";
const requestId = "_request-1";
const expected: Expected = { issuer: "https://idp.example.test", certificates: [key.certificate], recipient, audience, requestId };
const honest = (given: Partial<Answer> = {}) => answer({ recipient, audience, inResponseTo: requestId, ...given });
const check = (xml: string, change: Partial<Expected> = {}) => checkAnswer(xml, { ...expected, ...change });
const xmlOf = (given: Partial<Answer> = {}) => signed(responseXml(honest(given)), key);
const ago = (ms: number) => new Date(Date.now() - ms);

describe("an honest answer", () => {
  it.each([["Assertion"], ["Response"]] as const)("is taken with its %s signed", (what) => {
    const a = honest();
    expect(check(signed(responseXml(a), key, { what }))).toMatchObject({
      assertionId: a.assertionId, nameId: "ann@example.test", claims: { groups: ["staff"], NameID: ["ann@example.test"] }, signed: { assertion: what === "Assertion", response: what === "Response" },
    });
  });

  it("is taken with both signed, while a key changes, and with clocks that are a little apart", () => {
    const both = signed(signed(responseXml(honest()), key), key, { what: "Response" });
    expect(check(both).signed).toEqual({ assertion: true, response: true });
    expect(check(xmlOf(), { certificates: [stranger.certificate, key.certificate] }).nameId).toBe("ann@example.test");
    const end = ago(skewMs / 2);
    expect(check(xmlOf({ conditionsEnd: end, confirmationEnd: end })).nameId).toBe("ann@example.test");
  });

  it("that nobody asked for is taken where none is expected", () => {
    expect(check(xmlOf({ inResponseTo: null }), { requestId: null }).nameId).toBe("ann@example.test");
  });
});

describe("an answer is refused", () => {
  it.each<[string, Partial<Answer>, RegExp]>([
    ["for an audience that begins with ours", { audience: `${audience}0` }, /audience/],
    ["for another audience", { audience: "https://other.test" }, /audience/],
    ["for another recipient", { recipient: `${recipient}0`, destination: recipient }, /Recipient/],
    ["for another destination", { destination: `${recipient}0` }, /Destination/],
    ["of another issuer", { issuer: "https://idp.example.test/" }, /issuer/],
    ["to another request", { inResponseTo: "_request-2" }, /no request/],
    ["to no request, when one waits", { inResponseTo: null }, /no request/],
    ["whose conditions ended nine minutes ago", { conditionsEnd: ago(540_000) }, /conditions ended/],
    ["whose confirmation ended nine minutes ago", { confirmationEnd: ago(540_000) }, /confirmation ended/],
    ["just beyond the skew", { conditionsEnd: ago(skewMs + 1_000) }, /conditions ended/],
    ["that is not in force yet", { notBefore: new Date(Date.now() + 600_000) }, /begin at/],
    ["about nobody", { nameId: "" }, /about nobody/],
  ])("%s", (_, given, reason) => {
    expect(() => check(xmlOf(given))).toThrow(reason);
  });

  it("whose unsigned shell answers another request, or whose assertion alone is of another issuer", () => {
    expect(() => check(xmlOf().replace(`InResponseTo="${requestId}"><saml:Issuer>`, 'InResponseTo="_request-2"><saml:Issuer>'))).toThrow(/The response answers no request/);
    const shell = responseXml(honest(), assertionXml(honest({ issuer: "https://other.test" })));
    expect(() => check(signed(shell, key))).toThrow(/The assertion is of another issuer/);
  });

  it("to a request, where the identity provider began", () => {
    expect(() => check(xmlOf(), { requestId: null })).toThrow(/no request/);
  });

  it.each<[string, RegExp, (xml: string) => string]>([
    ["without an end of its conditions", /have no end/, (xml) => xml.replace(/(<saml:Conditions[^>]*?) NotOnOrAfter="[^"]*"/, "$1")],
    ["without an end of its confirmation", /have no end/, (xml) => xml.replace(/(<saml:SubjectConfirmationData[^>]*?) NotOnOrAfter="[^"]*"/, "$1")],
    ["without an audience", /names no audience/, (xml) => xml.replace(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, "")],
    ["without a recipient", /Recipient/, (xml) => xml.replace(/ Recipient="[^"]*"/, "")],
    ["without InResponseTo in its confirmation", /no request/, (xml) => xml.replace(/(<saml:SubjectConfirmationData[^>]*?) InResponseTo="[^"]*"/, "$1")],
    ["without a sign-in", /anybody signed in/, (xml) => xml.replace(/<saml:AuthnStatement.*<\/saml:AuthnStatement>/, "")],
    ["confirmed in another way than by bearing it", /bearing/, (xml) => xml.replace("cm:bearer", "cm:sender-vouches")],
    ["with a failed status", /did not sign/, (xml) => xml.replace("status:Success", "status:Responder")],
    ["without a destination", /Destination/, (xml) => xml.replace(/ Destination="[^"]*"/, "")],
    ["with a time without a zone", /cannot be read/, (xml) => xml.replace(/(<saml:Conditions[^>]* NotOnOrAfter="[^"]*)Z"/, '$1"')],
    ["with two confirmations", /2 elements SubjectConfirmation/, (xml) => xml.replace(/(<saml:SubjectConfirmation M.*<\/saml:SubjectConfirmation>)/, "$1$1")],
  ])("%s", (_, reason, change) => {
    const xml = change(responseXml(honest()));
    expect(xml).not.toBe(responseXml(honest()));
    expect(() => check(signed(xml, key))).toThrow(reason);
  });
});

describe("a signature", () => {
  it.each<[string, RegExp, () => string]>([
    ["that is not there", /Neither/, () => responseXml(honest())],
    ["by another key, whose certificate comes along", /not by the certificate/, () => signed(responseXml(honest()), stranger)],
    ["by RSA with SHA-1", /SignatureMethod/, () => signed(responseXml(honest()), key, { signature: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" })],
    ["of a SHA-1 digest", /DigestMethod/, () => signed(responseXml(honest()), key, { digest: "http://www.w3.org/2000/09/xmldsig#sha1" })],
    ["over a name that was changed", /was changed/, () => xmlOf().replace("ann@example.test", "bob@example.test")],
    ["over a group that was added", /was changed/, () => xmlOf().replace("staff", "admins")],
    ["with two SignedInfo", /2 elements SignedInfo/, () => xmlOf().replace(/(<ds:SignedInfo>.*<\/ds:SignedInfo>)/, "$1$1")],
    ["with a forged SignedInfo before the signed one", /2 elements SignedInfo/, () => xmlOf().replace(/(<ds:SignedInfo>.*<\/ds:SignedInfo>)/, (info) => info.replace(/<ds:DigestValue>[^<]*/, "<ds:DigestValue>AAAA") + info)],
    ["with a comment in its digest", /a comment/, () => xmlOf().replace("<ds:DigestValue>", "<ds:DigestValue><!--AAAA-->")],
    ["with two references", /2 elements Reference/, () => xmlOf().replace(/(<ds:Reference .*<\/ds:Reference>)/, "$1$1")],
    ["about the whole document", /something else/, () => xmlOf().replace(/URI="#[^"]*"/, 'URI=""')],
    ["with an HMAC made of the public certificate", /SignatureMethod/, () => xmlOf().replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256")],
    ["that keeps comments", /CanonicalizationMethod/, () => xmlOf().replace("xml-exc-c14n#\"", 'xml-exc-c14n#WithComments"')],
    ["with a stylesheet among its transforms", /unusual way/, () => xmlOf().replace("<ds:Transforms>", '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>')],
    ["in the place of another element", /none belongs/, () => xmlOf().replace(/(<ds:Signature .*<\/ds:Signature>)(.*)(<saml:Subject>)/, "$2$3$1")],
    ["twice", /two signatures/, () => xmlOf().replace(/(<ds:Signature .*<\/ds:Signature>)/, "$1$1")],
  ])("%s is refused", (_, reason, xml) => {
    expect(() => check(xml())).toThrow(reason);
  });
});

describe("signature wrapping", () => {
  const good = xmlOf();
  const original = /<saml:Assertion .*<\/saml:Assertion>/.exec(good)?.[0] ?? "";
  const signature = /<ds:Signature .*<\/ds:Signature>/.exec(good)?.[0] ?? "";
  const evil = assertionXml(honest({ nameId: "admin@example.test", assertionId: "_evil" }));
  const bare = original.replace(signature, "");
  const inside = (xml: string, part: string) => xml.replace("</saml:Assertion>", `${part}</saml:Assertion>`);
  const behindIssuer = (xml: string, part: string) => xml.replace("</saml:Issuer>", `</saml:Issuer>${part}`);
  const whole = signed(responseXml(honest()), key, { what: "Response" });
  const wholeSignature = /<ds:Signature .*<\/ds:Signature>/.exec(whole)?.[0] ?? "";
  const wholeBare = whole.replace(wholeSignature, "");
  const evilResponse = responseXml(honest({ nameId: "admin@example.test", responseId: "_evil-response", assertionId: "_evil" }));
  const respond = (assertion: string) => responseXml(honest(), assertion);

  // The eight forms of Somorovsky et al., 'On Breaking SAML' (2012): XSW1 and XSW2 copy the response, the others the assertion.
  it.each<[string, string]>([
    ["XSW1: the signed response inside of the signature of a forged one", behindIssuer(evilResponse, wholeSignature.replace("</ds:Signature>", `${wholeBare}</ds:Signature>`))],
    ["XSW2: the signed response beside the signature, inside of a forged one", behindIssuer(evilResponse, wholeSignature + wholeBare)],
    ["XSW3: a forged assertion before the signed one", respond(evil + original)],
    ["XSW4: the signed assertion inside of a forged one", respond(inside(evil, original))],
    ["XSW5: the signature in a forged assertion, the signed one behind it", respond(behindIssuer(evil, signature) + bare)],
    ["XSW6: the signed assertion inside of the signature in a forged one", respond(behindIssuer(evil, signature.replace("</ds:Signature>", `${bare}</ds:Signature>`)))],
    ["XSW7: a forged assertion in extensions before the signed one", respond(`<samlp:Extensions>${evil}</samlp:Extensions>${original}`)],
    ["XSW8: the signed assertion in an object of the signature in a forged one", respond(behindIssuer(evil, signature.replace("</ds:Signature>", `<ds:Object>${bare}</ds:Object></ds:Signature>`)))],
  ])("%s", (_, xml) => {
    expect(xml).toContain("admin@example.test");
    expect(() => check(xml)).toThrow(/There must be exactly one assertion|more than one response/);
  });

  it("is refused with the same id twice, too", () => {
    const twin = evil.replace("_evil", /ID="([^"]*)"/.exec(original)?.[1] ?? "");
    expect(() => check(respond(twin + original))).toThrow(/one id twice/);
    expect(() => check(respond(original.replace("<saml:Subject>", `<saml:Subject Id="${/ID="([^"]*)"/.exec(original)?.[1]}">`)))).toThrow(/one id twice/);
  });

  it("is refused with an assertion of another namespace or in another place", () => {
    expect(() => check(respond(original + evil.replace("urn:oasis:names:tc:SAML:2.0:assertion", "urn:x")))).toThrow(/exactly one assertion/);
    expect(() => check(respond(`<samlp:Extensions>${original}</samlp:Extensions>`))).toThrow(/0 elements Assertion/);
    expect(() => check(respond("<saml:EncryptedAssertion/>"))).toThrow(/encrypted/);
  });
});

describe("XML that two readers could read differently is refused", () => {
  const good = xmlOf();
  it.each<[string, string, RegExp]>([
    ["a comment in the name", good.replace("ann@example.test", "admin@example.test<!---->.evil.test"), /a comment/],
    ["a comment anywhere", `<!-- x -->${good}`, /a comment/],
    ["a processing instruction", `<?php x ?>${good}`, /processing instruction/],
    ["a CDATA section", good.replace("ann@example.test", "<![CDATA[ann@example.test]]>"), /CDATA/],
    ["an external entity", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${good.replace("ann@example.test", "&e;")}`, /document type/],
    ["entities that grow", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${good.replace("ann@example.test", "&b;")}`, /document type/],
    ["an entity that nobody declared", good.replace("ann@example.test", "&e;"), /not well formed/],
    ["two roots", good + good, /not well formed|one id twice/],
    ["text behind the root", `${good}evil`, /not well formed/],
    ["an end that is missing", good.slice(0, -5), /not well formed/],
    ["another encoding", `<?xml version="1.0" encoding="UTF-7"?>${good}`, /encoding/],
    ["depth without end", "<a>".repeat(100) + "</a>".repeat(100), /more elements/],
    ["a size without end", `<a>${"x".repeat(300_000)}</a>`, /larger/],
    ["nothing", "", /not well formed/],
  ])("%s", (_, xml, reason) => {
    expect(() => check(xml)).toThrow(reason);
  });
});
