import { and, eq, like } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { mail } from "@/db/schema/message";
import { person } from "@/db/schema/people";
import { ssoConnection } from "@/db/schema/sso";
import { auditEvent } from "@/db/stream/audit";
import { hashPassword } from "@/lib/auth/password";
import { SecondStepNeeded, signIn } from "@/lib/auth/sign-in";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { completeSignIn } from "@/lib/mfa/complete-sign-in";
import { addPhone, provePassword } from "@/lib/mfa/testing";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { addDomain, AddDomainInput } from "./add-domain";
import { connectSaml, ConnectSamlInput } from "./connect-saml";
import { enforceDomain } from "./enforce";
import { listConnections } from "./list";
import { previewMapping } from "./preview";
import { removeConnection } from "./remove";
import { removeDomain } from "./remove-domain";
import { readMetadata } from "./saml-metadata";
import { answer, assertionXml, makeKey, posted, responseXml } from "./testing";
import { verified } from "./testing-flow";
import { updateConnection } from "./update";
import { verifyDomain } from "./verify-domain";

useTestDatabase();

const { certificate } = makeKey("Somebody's provider", 10);
const issuer = "https://idp.example.test";
const fields = ConnectSamlInput.parse({ name: "IdP", issuer, signInUrl: `${issuer}/sso`, certificate });
const password = "quarter lantern orbit mosaic";
const hash = hashPassword(password);
const info = () => ({ requestId: newId(), ip: "198.51.100.9", userAgent: "test" });

async function connected() {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const { id } = await connectSaml(admin, fields);
  return { ...t, admin, id, domain: `d${newId()}.test` };
}

const metadata = (parts: string) => `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${issuer}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${parts}</md:IDPSSODescriptor></md:EntityDescriptor>`;
const keyPart = (text = certificate, use = ' use="signing"') => `<md:KeyDescriptor${use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
const service = (binding = "HTTP-Redirect") => `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${issuer}/sso"/>`;

describe("a SAML connection", () => {
  it("is made of metadata or of fields, and shows when its certificate ends and what its provider must be told", async () => {
    const { admin, id, organizationId } = await connected();
    const { id: other } = await connectSaml(admin, ConnectSamlInput.parse({ name: "By metadata", metadata: metadata(keyPart() + service()) }));
    const views = await listConnections(admin);
    expect(views.map((view) => [view.id, view.issuer, view.signInUrl])).toEqual([[other, issuer, `${issuer}/sso`], [id, issuer, `${issuer}/sso`]]);
    expect(views[0]?.certificates).toMatchObject([{ subject: "CN=Somebody's provider", expiresAt: expect.any(Date), state: "ends soon" }]);
    expect(views[0]?.ours).toMatchObject({ callback: `http://localhost:3000/api/sso/saml/${other}`, entityId: `http://localhost:3000/sso/entity/${other}` });
    expect(await eventsOf(organizationId)).toEqual(["sso.connected:success", "sso.connected:success"]);
    await expect(connectSaml(admin, fields)).rejects.toMatchObject({ code: "conflict" });
  });

  it.each<[string, string]>([
    ["no address for redirects", metadata(keyPart() + service("HTTP-POST"))],
    ["no certificate", metadata(service())],
    ["a certificate for encryption only", metadata(keyPart(certificate, ' use="encryption"') + service())],
    ["a certificate that is none", metadata(keyPart("AAAA") + service())],
    ["no provider", metadata("").replaceAll("IDPSSODescriptor", "SPSSODescriptor")],
    ["an external entity", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${metadata(keyPart() + service())}`],
    ["no XML", "hello"],
  ])("is refused with %s in its metadata", (_, xml) => {
    expect(() => readMetadata(xml)).toThrow();
  });

  it("gives by its claims no role that who maps them does not hold", async () => {
    const { admin, id } = await connected();
    const mapping = (role: "super_admin" | "supervisor") => ({ subject: "", email: "NameID", name: "n", rules: [{ claim: "groups", value: "x", role, workspaceId: null }], defaultRole: null });
    await expect(updateConnection(admin, { id, mapping: mapping("super_admin"), jit: true, idpInitiated: false, trustFactor: "never" })).rejects.toMatchObject({ code: "forbidden" });
    await updateConnection(admin, { id, mapping: mapping("supervisor"), jit: true, idpInitiated: false, trustFactor: "never" });
    expect((await listConnections(admin))[0]).toMatchObject({ jit: true, mapping: { rules: [{ role: "supervisor" }] } });
  });

  it("shows what a pasted answer, token or list of claims would lead to", async () => {
    const { admin, id } = await connected();
    await updateConnection(admin, { id, mapping: { subject: "", email: "NameID", name: "n", rules: [{ claim: "groups", value: "staff", role: "viewer", workspaceId: null }], defaultRole: null }, jit: true, idpInitiated: false, trustFactor: "never" });
    const a = answer({ recipient: "x", audience: "x", inResponseTo: null });
    const expected = { email: "ann@example.test", roles: [{ role: "viewer", workspaceId: null }], refusal: null };
    for (const pasted of [responseXml(a), assertionXml(a), posted(responseXml(a))]) expect(await previewMapping(admin, { id, pasted })).toMatchObject(expected);
    const mapping = JSON.stringify({ subject: "", email: "email", name: "name", rules: [], defaultRole: "supervisor" });
    const token = ["e30", Buffer.from('{"email":"bob@example.test"}').toString("base64url"), "x"].join(".");
    expect(await previewMapping(admin, { id, pasted: token, mapping })).toMatchObject({ email: "bob@example.test", roles: [{ role: "supervisor", workspaceId: null }] });
    await expect(previewMapping(admin, { id, pasted: "hello" })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("a domain", () => {
  it("is verified by its TXT record only, and by one organization", async () => {
    const [ours, theirs] = [await connected(), await connected()];
    const { id } = await addDomain(ours.admin, { connectionId: ours.id, domain: ours.domain });
    for (const records of [[], ["countersign-domain="], ["something else"]]) await expect(verifyDomain(ours.admin, { id }, async () => records)).rejects.toMatchObject({ code: "conflict" });
    await removeDomain(ours.admin, { id });
    await verified(ours, ours.admin, ours.id, ours.domain);
    await expect(verified(theirs, theirs.admin, theirs.id, ours.domain)).rejects.toMatchObject({ code: "conflict" });
    expect((await listConnections(theirs.admin))[0]?.domains).toMatchObject([{ verifiedAt: null }]);
  });

  it.each(["com", "a b.test", "user@example.com", "https://example.com", "-a.test", "1.2.3.4", "localhost", "*.example.com"])("is not %s", (domain) => {
    expect(AddDomainInput.safeParse({ connectionId: newId(), domain }).success).toBe(false);
  });
});

describe("requiring single sign-on", () => {
  async function withPassword() {
    const org = await connected();
    const passwordHash = await hash;
    const member = await org.as("viewer");
    const domainId = await verified(org, org.admin, org.id, org.domain);
    const glass = await org.as("organization_admin");
    const phone = await addPhone(glass);
    const people = [[org.admin.actor.id, `admin@${org.domain}`], [member.actor.id, `member@${org.domain}`], [glass.actor.id, `glass@${org.domain}`]] as const;
    await inside(org, async (tx) => {
      for (const [id, email] of people) await tx.update(person).set({ email, passwordHash }).where(eq(person.id, id));
    });
    return { ...org, domainId, phone, glass: glass.actor.id, memberId: member.actor.id };
  }
  const enforce = async (admin: PersonCtx, id: string, breakGlassPersonId: string | null) => {
    await provePassword(admin, "sso.enforce", id);
    return enforceDomain(admin, { id, breakGlassPersonId });
  };
  const enters = (email: string) => signIn(info(), { email, password }).then(() => true, (error: { code: string }) => error.code);

  it("waits for a test that succeeded, and for somebody who keeps a way in", async () => {
    const { admin, id, domainId, glass, memberId, organizationId } = await withPassword();
    await expect(enforce(admin, domainId, glass)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("never tested") });
    await inside({ organizationId }, (tx) => tx.update(ssoConnection).set({ testedAt: new Date() }).where(eq(ssoConnection.id, id)));
    // An admin without a factor, whose password alone would be the way around it.
    for (const nobody of [memberId, admin.actor.id, newId()]) await expect(enforce(admin, domainId, nobody)).rejects.toMatchObject({ code: "invalid_input" });
    expect(await enforce(admin, domainId, glass)).toEqual({ domain: expect.any(String) });
  });

  it("refuses a domain that is not verified", async () => {
    const { admin, id, domain, organizationId } = await connected();
    await inside({ organizationId }, (tx) => tx.update(ssoConnection).set({ testedAt: new Date() }).where(eq(ssoConnection.id, id)));
    const { id: domainId } = await addDomain(admin, { connectionId: id, domain });
    await expect(enforceDomain(admin, { id: domainId, breakGlassPersonId: admin.actor.id })).rejects.toMatchObject({ code: "conflict" });
  });

  it("shuts out passwords of the domain but one, keeps its connection, and can be ended", async () => {
    const { admin, id, domain, domainId, glass, phone, organizationId } = await withPassword();
    await inside({ organizationId }, (tx) => tx.update(ssoConnection).set({ testedAt: new Date() }).where(eq(ssoConnection.id, id)));
    expect(await enters(`member@${domain}`)).toBe(true);
    await enforce(admin, domainId, glass);
    expect([await enters(`member@${domain}`), await enters(`admin@${domain}`)]).toEqual(["unauthenticated", "unauthenticated"]);
    expect((await listConnections(admin))[0]?.domains).toMatchObject([{ breakGlass: `glass@${domain}`, glassUsedAt: null }]);
    const step = await signIn(info(), { email: `glass@${domain}`, password }).catch((error: unknown) => error);
    if (!(step instanceof SecondStepNeeded)) throw new Error("who keeps the way in has a factor");
    await completeSignIn(info(), step.token, { method: "totp", code: phone.code() });
    expect((await listConnections(admin))[0]?.domains).toMatchObject([{ glassUsedAt: expect.any(Date) }]);
    const subjects = await inside({ organizationId }, (tx) => tx.select({ to: mail.recipient }).from(mail).where(like(mail.subject, "% signed in without single sign-on")).orderBy(mail.recipient));
    expect(subjects).toEqual([{ to: `admin@${domain}` }, { to: `glass@${domain}` }]);
    const events = await inside({ organizationId }, (tx) => tx.select({ severity: auditEvent.severity }).from(auditEvent).where(and(eq(auditEvent.action, "sessions.signed_in"), eq(auditEvent.actorId, glass))));
    expect(events).toEqual([{ severity: "warning" }]);
    await provePassword(admin, "sso.remove", id);
    await provePassword(admin, "sso.remove_domain", domainId);
    await provePassword(admin, "sso.update", id);
    await expect(removeConnection(admin, { id })).rejects.toMatchObject({ code: "conflict" });
    await expect(removeDomain(admin, { id: domainId })).rejects.toMatchObject({ code: "conflict" });
    await expect(updateConnection(admin, { id, mapping: { subject: "", email: "other", name: "n", rules: [], defaultRole: null }, jit: false, idpInitiated: false, trustFactor: "never" })).rejects.toMatchObject({ code: "conflict" });
    await enforce(admin, domainId, null);
    expect(await enters(`member@${domain}`)).toBe(true);
    await removeConnection(admin, { id });
    expect(await listConnections(admin)).toEqual([]);
  });
});
