import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mail, notice } from "@/db/schema/message";
import { ssoConnection } from "@/db/schema/sso";
import { systemCtx } from "@/lib/ctx/system";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { addCertificate } from "./add-certificate";
import { viewOf } from "./certificate";
import { warnOfCertificates } from "./certificate-warnings";
import { connectOidc } from "./connect-oidc";
import { connectSaml, ConnectSamlInput } from "./connect-saml";
import { listConnections } from "./list";
import { lookAfterConnections } from "./look-after";
import { previewMetadata } from "./preview-metadata";
import { readMetadataAnew } from "./read-metadata-anew";
import { removeCertificate } from "./remove-certificate";
import { replaceSecret } from "./replace-secret";
import { readMetadata } from "./saml-metadata";
import { makeKey, metadataXml } from "./testing";

useTestDatabase();

const issuer = "https://idp.example.test";
const [one, two, three] = [makeKey("One").certificate, makeKey("Two").certificate, makeKey("Three").certificate];
const printOf = (certificate: string) => viewOf(certificate).fingerprint;

let served = "";
let server: Server;
let address = "";
beforeAll(async () => {
  server = createServer((_, response) => void (served ? response.end(served) : response.writeHead(503).end()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata`;
});
afterAll(() => void server.close());

async function connected() {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  served = metadataXml(issuer, [one]);
  const { id } = await connectSaml(admin, ConnectSamlInput.parse({ name: "IdP", metadataUrl: address }));
  const now = async () => {
    const [view] = await listConnections(admin);
    return { certificates: view?.certificates.map(({ fingerprint }) => fingerprint), signInUrl: view?.signInUrl, error: view?.metadata?.error };
  };
  const aDayLater = async () => {
    await inside(t, (tx) => tx.update(ssoConnection).set({ metadataReadAt: new Date(Date.now() - 86_400_000) }).where(eq(ssoConnection.id, id)));
    await lookAfterConnections(systemCtx("sign-in", t.organizationId));
  };
  const told = () => inside(t, (tx) => tx.select({ title: notice.title }).from(notice).where(eq(notice.personId, admin.actor.id)).orderBy(notice.createdAt)).then((rows) => rows.map(({ title }) => title));
  return { ...t, admin, id, now, aDayLater, told };
}

describe("metadata that are read every day", () => {
  it("bring a new certificate beside the old one, and the admins are told", async () => {
    const { now, aDayLater, told, organizationId } = await connected();
    served = metadataXml(issuer, [two]);
    await aDayLater();
    expect((await now()).certificates).toEqual([printOf(one), printOf(two)]);
    expect(await told()).toEqual(["IdP has a new certificate"]);
    expect(await eventsOf(organizationId)).toContain("sso.provider_changed:success");
    await aDayLater();
    expect((await now()).certificates).toEqual([printOf(one), printOf(two)]);
    expect(await told()).toHaveLength(1);
  });

  it("are not asked for again within the day", async () => {
    const { now, organizationId } = await connected();
    await lookAfterConnections(systemCtx("sign-in", organizationId));
    served = metadataXml(issuer, [two]);
    await lookAfterConnections(systemCtx("sign-in", organizationId));
    expect((await now()).certificates).toEqual([printOf(one)]);
  });

  it("never change whose answers are taken: another entity id is refused and told", async () => {
    const { now, aDayLater, told } = await connected();
    served = metadataXml("https://evil.example.test", [two]);
    await aDayLater();
    expect(await now()).toMatchObject({ certificates: [printOf(one)], error: expect.stringContaining("another provider") });
    expect(await told()).toEqual(["The metadata of IdP could not be taken"]);
  });

  it("never lead people to another address by themselves", async () => {
    const { now, aDayLater } = await connected();
    served = metadataXml(issuer, [one], { signInUrl: "https://elsewhere.example.test/sso" });
    await aDayLater();
    expect(await now()).toMatchObject({ signInUrl: `${issuer}/sso`, error: expect.stringContaining("another sign-in URL") });
  });

  it("keep what is here when they cannot be read, and say so until they can", async () => {
    const { now, aDayLater, told } = await connected();
    served = "";
    await aDayLater();
    expect(await now()).toMatchObject({ certificates: [printOf(one)], error: expect.stringContaining("503") });
    await aDayLater();
    expect(await told()).toHaveLength(1);
    served = metadataXml(issuer, [one]);
    await aDayLater();
    expect((await now()).error).toBeNull();
  });

  it("do not gather more certificates than a provider needs", async () => {
    const { admin, id, now, aDayLater } = await connected();
    for (const name of ["a", "b", "c", "d"]) await addCertificate(admin, { id, certificate: makeKey(name).certificate });
    served = metadataXml(issuer, [two]);
    await aDayLater();
    expect(await now()).toMatchObject({ error: expect.stringContaining("at most 5 certificates") });
    expect((await now()).certificates).not.toContain(printOf(two));
  });
});

describe("metadata that an admin reads anew", () => {
  it("are shown before they count, and count only as they were shown", async () => {
    const { admin, id, now } = await connected();
    const metadata = metadataXml(issuer, [two, three], { signInUrl: `${issuer}/v2` });
    const shown = await previewMetadata(admin, { id, metadataUrl: "", metadata });
    expect(shown).toMatchObject({ signInUrl: { before: `${issuer}/sso`, after: `${issuer}/v2` }, added: [{ subject: "CN=Two" }, { subject: "CN=Three" }], missing: [{ subject: "CN=One" }], refusal: null });
    expect((await now()).certificates).toEqual([printOf(one)]);
    const other = { id, metadataUrl: "", metadata: metadataXml(issuer, [three]), digest: shown.digest, dropMissing: false };
    await expect(readMetadataAnew(admin, other)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("changed since") });
    await readMetadataAnew(admin, { ...other, metadata });
    expect(await now()).toMatchObject({ certificates: [printOf(one), printOf(two), printOf(three)], signInUrl: `${issuer}/v2` });
    const again = await previewMetadata(admin, { id, metadataUrl: "", metadata });
    await readMetadataAnew(admin, { ...other, metadata, digest: again.digest, dropMissing: true });
    expect((await now()).certificates).toEqual([printOf(two), printOf(three)]);
  });

  it("are not another provider's, old, or of an address where none is", async () => {
    const { admin, id } = await connected();
    const evil = metadataXml("https://evil.example.test", [two]);
    const shown = await previewMetadata(admin, { id, metadataUrl: "", metadata: evil });
    expect(shown.refusal).toContain("another provider");
    await expect(readMetadataAnew(admin, { id, metadataUrl: "", metadata: evil, digest: shown.digest, dropMissing: false })).rejects.toMatchObject({ code: "conflict" });
    expect(() => readMetadata(metadataXml(issuer, [one], { attributes: ' validUntil="2020-01-01T00:00:00Z"' }))).toThrow(/valid until/);
    await expect(previewMetadata(admin, { id, metadataUrl: "https://169.254.169.254/", metadata: "" })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(previewMetadata(admin, { id, metadataUrl: "", metadata: metadataXml(issuer, [one], { signInUrl: "http://169.254.169.254/" }) })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("keys", () => {
  it("are changed by hand without connecting anew, and the last certificate stays", async () => {
    const { admin, id, now } = await connected();
    await expect(removeCertificate(admin, { id, fingerprint: printOf(one) })).rejects.toMatchObject({ code: "conflict" });
    await addCertificate(admin, { id, certificate: two });
    await expect(addCertificate(admin, { id, certificate: two })).rejects.toMatchObject({ code: "conflict" });
    await removeCertificate(admin, { id, fingerprint: printOf(one) });
    expect((await now()).certificates).toEqual([printOf(two)]);
    await expect(replaceSecret(admin, { id, clientSecret: "new" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("of an OpenID Connect client are sealed anew", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const { id } = await connectOidc(admin, { name: "IdP", discoveryUrl: issuer, clientId: "c", clientSecret: "old secret" }, async () => issuer);
    const sealed = () => inside(t, (tx) => tx.select({ secret: ssoConnection.clientSecret, testedAt: ssoConnection.testedAt }).from(ssoConnection).where(eq(ssoConnection.id, id))).then(([row]) => row);
    const before = await sealed();
    await replaceSecret(admin, { id, clientSecret: "new secret" });
    const after = await sealed();
    expect(after?.secret).not.toEqual(before?.secret);
    expect(after?.secret?.includes("new secret")).toBe(false);
    expect((await eventsOf(t.organizationId)).at(-1)).toBe("sso.provider_changed:success");
  });
});

describe("a certificate that ends", () => {
  it("is told of thirty days, a week and a day before, and when it has ended, once each to every admin", async () => {
    const t = await tenant();
    const [admin, second] = [await t.as("organization_admin"), await t.as("organization_admin")];
    await connectSaml(admin, ConnectSamlInput.parse({ name: "IdP", issuer, signInUrl: `${issuer}/sso`, certificate: makeKey("Short", 40).certificate }));
    const titles = () => inside(t, (tx) => tx.select({ title: mail.subject }).from(mail).where(eq(mail.recipient, admin.actor.email)).orderBy(mail.createdAt)).then((rows) => rows.map(({ title }) => title));
    for (const days of [5, 11, 12, 34, 35, 39.5, 39.6, 41, 42]) await inside(t, (tx) => warnOfCertificates(tx, t.organizationId, new Date(Date.now() + days * 86_400_000)));
    expect(await titles()).toEqual(["A certificate of IdP expires within 30 days", "A certificate of IdP expires within 7 days", "A certificate of IdP expires within a day", "A certificate of IdP has expired"]);
    expect(await inside(t, (tx) => tx.select().from(notice).where(eq(notice.personId, second.actor.id)))).toHaveLength(4);
  });
});
