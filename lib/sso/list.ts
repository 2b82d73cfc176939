import { and, asc, desc, eq, gte, isNull, sql } from "drizzle-orm";
import { person, session } from "@/db/schema/people";
import { ssoConnection, ssoDomain } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { backChannelAddress, callbackAddress, entityId, samlSignOutAddress, signedOutAddress } from "./addresses";
import { type CertificateView, pemOf, viewOf } from "./certificate";
import { challengeName, challengeText } from "./challenge";
import { ClaimMapping } from "./mapping";
import { ownMetadata } from "./own-metadata";

export type DomainView = {
  id: string;
  domain: string;
  recordName: string;
  recordText: string;
  verifiedAt: Date | null;
  enforcedAt: Date | null;
  breakGlass: string | null;
  /** When who keeps the way in came in by their password last, since it is required. */
  glassUsedAt: Date | null;
};

/** A connection as its page shows it; the client secret stays where it is. */
export type ConnectionView = {
  id: string;
  kind: "oidc" | "saml";
  name: string;
  issuer: string;
  clientId: string | null;
  signInUrl: string | null;
  signOutUrl: string | null;
  signsRequests: boolean;
  certificates: CertificateView[];
  metadata: { url: string; readAt: Date | null; error: string | null } | null;
  mapping: ClaimMapping;
  jit: boolean;
  idpInitiated: boolean;
  trustFactor: "never" | "when_said" | "always";
  testedAt: Date | null;
  createdAt: Date;
  domains: DomainView[];
  /** What its identity provider must be told. */
  ours: { backChannel: string; signedOut: string; signOut: string; certificate: string | null; callback: string; entityId: string; metadata: string };
};

const mostConnections = 50;
const mostDomains = 500;

/** The organization's identity providers, the newest first, with their domains. */
export async function listConnections(ctx: Ctx): Promise<ConnectionView[]> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "read", { workspaceId: null });
    const rows = await tx.select().from(ssoConnection).where(isNull(ssoConnection.removedAt)).orderBy(desc(ssoConnection.createdAt), desc(ssoConnection.id)).limit(mostConnections);
    const domains = await tx
      .select({ row: ssoDomain, breakGlass: person.email, glassUsedAt: lastPassword(tx) })
      .from(ssoDomain)
      .leftJoin(person, eq(person.id, ssoDomain.breakGlassPersonId))
      .where(isNull(ssoDomain.removedAt))
      .orderBy(asc(ssoDomain.domain))
      .limit(mostDomains);
    return rows.map(({ id, kind, name, issuer, clientId, signInUrl, signOutUrl, signsRequests, ownCertificate, certificates, metadataUrl, metadataReadAt, metadataError, mapping, jit, idpInitiated, trustFactor, testedAt, createdAt }) => ({
      id, kind, name, issuer, clientId, signInUrl, signOutUrl, signsRequests, jit, idpInitiated, trustFactor, testedAt, createdAt,
      metadata: metadataUrl ? { url: metadataUrl, readAt: metadataReadAt, error: metadataError } : null,
      certificates: (certificates ?? []).map(viewOf),
      mapping: ClaimMapping.parse(mapping),
      domains: domains.filter(({ row }) => row.connectionId === id).map(({ row, breakGlass, glassUsedAt }) => ({
        id: row.id, domain: row.domain, recordName: challengeName(row.domain), recordText: challengeText(row.challenge), verifiedAt: row.verifiedAt, enforcedAt: row.enforcedAt, breakGlass, glassUsedAt,
      })),
      ours: { backChannel: backChannelAddress(id), signedOut: signedOutAddress(), signOut: samlSignOutAddress(id), certificate: ownCertificate ? pemOf(ownCertificate) : null, callback: callbackAddress(kind, id), entityId: entityId(id), metadata: ownMetadata({ id, ownCertificate, signsRequests }) },
    }));
  });
}

function lastPassword(tx: Tx) {
  const own = and(eq(session.personId, ssoDomain.breakGlassPersonId), eq(session.method, "password"), gte(session.createdAt, ssoDomain.enforcedAt));
  return sql<Date | null>`(${tx.select({ at: sql`max(${session.createdAt})` }).from(session).where(own)})`.mapWith(session.createdAt);
}
