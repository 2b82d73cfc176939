import { addCertificate } from "@/lib/sso/add-certificate";
import { addDomain } from "@/lib/sso/add-domain";
import { connectOidc } from "@/lib/sso/connect-oidc";
import { connectSaml } from "@/lib/sso/connect-saml";
import { enforceDomain } from "@/lib/sso/enforce";
import { listConnections } from "@/lib/sso/list";
import { listGlass } from "@/lib/sso/list-glass";
import { listTrouble } from "@/lib/sso/list-trouble";
import { loadTest } from "@/lib/sso/load-test";
import { lookAfterConnections } from "@/lib/sso/look-after";
import { previewMapping } from "@/lib/sso/preview";
import { previewMetadata } from "@/lib/sso/preview-metadata";
import { readMetadataAnew } from "@/lib/sso/read-metadata-anew";
import { removeCertificate } from "@/lib/sso/remove-certificate";
import { removeConnection } from "@/lib/sso/remove";
import { removeDomain } from "@/lib/sso/remove-domain";
import { replaceSecret } from "@/lib/sso/replace-secret";
import { resolveIdentity } from "@/lib/sso/resolve-identity";
import { setSignOut } from "@/lib/sso/set-sign-out";
import { signOutAddress } from "@/lib/sso/sign-out-address";
import { startTest } from "@/lib/sso/start-test";
import { updateConnection } from "@/lib/sso/update";
import { verifyDomain } from "@/lib/sso/verify-domain";
import { changesOf } from "@/lib/sso/metadata-changes";
import { readMetadata } from "@/lib/sso/saml-metadata";
import { newId } from "@/lib/id";
import { type Attempt, names, plain } from "./attempt";
import type { Place } from "../world";
import { makeKey, metadataXml } from "@/lib/sso/testing";

const person = { caller: "person", on: "organization" } as const;
const { certificate } = makeKey();
const { certificate: another } = makeKey("Another");
/** The same provider with one more certificate, and what a preview of that says. */
const metadataOf = ({ ssoIssuer }: Place) => metadataXml(ssoIssuer, [another], { signInUrl: "https://idp.test/sso" });
const digestOf = (p: Place) => changesOf({ issuer: p.ssoIssuer, signInUrl: "https://idp.test/sso", signOutUrl: null, certificates: p.ssoCertificates }, readMetadata(metadataOf(p))).digest;
const mapping = { subject: "", email: "NameID", name: "displayName", rules: [], defaultRole: null };

/** Identity providers, their domains, and what their claims lead to. */
export const sso: Record<string, Attempt> = {
  addCertificate: names(addCertificate, ["settings.update"], (p) => ({ id: p.ssoConnectionId, certificate: another }), person),
  addDomain: names(addDomain, ["settings.update"], (p) => ({ connectionId: p.ssoConnectionId, domain: `${newId()}.example.test` }), person),
  connectOidc: plain(connectOidc, ["settings.update"], () => ({ name: newId(), discoveryUrl: "http://127.0.0.1:1", clientId: "c", clientSecret: "s" }), {
    ...person, rest: () => [async () => "https://idp.example.test"],
  }),
  connectSaml: plain(connectSaml, ["settings.update"], () => ({ name: newId(), metadataUrl: "", metadata: "", issuer: "https://idp.example.test", signInUrl: "https://idp.example.test/sso", signOutUrl: "https://idp.example.test/slo", certificate }), person),
  enforceDomain: names(enforceDomain, ["settings.update"], (p) => ({ id: p.ssoDomainId, breakGlassPersonId: null }), person),
  listConnections: plain(listConnections, ["settings.read"], undefined, person),
  listGlass: plain(listGlass, ["settings.read"], undefined, person),
  listTrouble: names(listTrouble, ["settings.read"], (p) => ({ id: p.ssoConnectionId }), person),
  loadTest: names(loadTest, ["settings.update"], (p) => ({ id: p.ssoConnectionId }), person),
  lookAfterConnections: plain(lookAfterConnections, "portal"),
  previewMetadata: names(previewMetadata, ["settings.update"], (p) => ({ id: p.ssoConnectionId, metadataUrl: "", metadata: metadataOf(p) }), person),
  readMetadataAnew: names(readMetadataAnew, ["settings.update"], (p) => ({ id: p.ssoConnectionId, metadataUrl: "", metadata: metadataOf(p), digest: digestOf(p), dropMissing: false }), person),
  removeCertificate: names(removeCertificate, ["settings.update"], (p) => ({ id: p.ssoConnectionId, fingerprint: p.ssoFingerprint }), person),
  replaceSecret: names(replaceSecret, ["settings.update"], (p) => ({ id: p.ssoOidcId, clientSecret: "s" }), person),
  previewMapping: names(previewMapping, ["settings.update"], (p) => ({ id: p.ssoConnectionId, pasted: '{"email":"a@b.test"}' }), person),
  removeConnection: names(removeConnection, ["settings.update"], (p) => ({ id: p.ssoConnectionId }), person),
  removeDomain: names(removeDomain, ["settings.update"], (p) => ({ id: p.ssoDomainId }), person),
  resolveIdentity: names(resolveIdentity, ["settings.update"], (p) => ({ id: p.ssoIdentityId, who: "somebody_else" }), person),
  setSignOut: names(setSignOut, ["settings.update"], (p) => ({ id: p.ssoConnectionId, signOutUrl: "https://idp.test/slo", signsRequests: true }), person),
  signOutAddress: plain(signOutAddress, "own", undefined, person),
  startTest: names(startTest, ["settings.update"], (p) => ({ id: p.ssoConnectionId }), person),
  updateConnection: names(updateConnection, ["settings.update"], (p) => ({ id: p.ssoConnectionId, mapping, jit: true, idpInitiated: false, trustFactor: "never" }), person),
  verifyDomain: names(verifyDomain, ["settings.update"], (p) => ({ id: p.ssoDomainId }), { ...person, rest: (p) => [async () => [p.ssoRecord]] }),
};
