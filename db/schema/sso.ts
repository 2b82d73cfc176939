import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, tenantId } from "./columns";

/** How an identity provider's claims become a person with roles. */
type ClaimMapping = {
  /** The claim that stays when somebody's address changes; empty: `sub`, or the NameID. */
  subject?: string;
  email: string;
  name: string;
  /** The claims with somebody's id in Slack, and in a chat of one's own. */
  slackId?: string | undefined;
  chatId?: string | undefined;
  rules: { claim: string; value: string; role: string; workspaceId: string | null }[];
  /** What somebody gets whom no rule gives anything; null: nothing, so that they are refused. */
  defaultRole: string | null;
};

/** What came back of a test: the claims and what they would lead to, or why the answer was refused. */
type TestResult = { claims: Record<string, string[]>; email: string | null; name: string | null; roles: { role: string; workspaceId: string | null }[]; refusal: string | null };

/** The name of a person in an assertion, as a request to sign out repeats it (SAML 2.0 Core, 2.2.3). */
type NameId = { value: string; format: string | null; nameQualifier: string | null; spNameQualifier: string | null };

/** An identity provider of an organization. */
export const ssoConnection = pgTable(
  "sso_connection",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    kind: text({ enum: ["oidc", "saml"] }).notNull(),
    name: text().notNull(),
    /** OpenID Connect: the issuer. SAML: the entity id of the identity provider. Compared exactly. */
    issuer: text().notNull(),
    clientId: text(),
    /** Sealed; see lib/sso/seal.ts. */
    clientSecret: bytea(),
    /** Where SAML requests go, by the redirect binding. */
    signInUrl: text(),
    /** X.509 certificates that may have signed, DER in base64; two while an identity provider changes its key. */
    certificates: text().array(),
    /** Where a SAML identity provider describes itself; read again every day. */
    metadataUrl: text(),
    metadataReadAt: instant(),
    /** What was wrong when it was read last; null: nothing. */
    metadataError: text(),
    mapping: jsonb().$type<ClaimMapping>().notNull(),
    /** Whether who is unknown is made at the first sign-in. */
    jit: boolean().notNull().default(false),
    idpInitiated: boolean().notNull().default(false),
    /** Whether a sign-in there counts as one with a second factor: never, where the answer says so, or always. */
    trustFactor: text({ enum: ["never", "when_said", "always"] }).notNull().default("never"),
    /** Where SAML requests to sign out go, by the redirect binding; null: the provider has no such address. */
    signOutUrl: text(),
    /** Our own key for this connection, sealed (PKCS #8), and the certificate that its provider is given; null until it is made. */
    privateKey: bytea(),
    ownCertificate: text(),
    signsRequests: boolean().notNull().default(false),
    /** The last test that succeeded with the connection as it is. */
    testedAt: instant(),
    createdAt: createdAt(),
    removedAt: instant(),
  },
  (t) => [
    uniqueIndex("sso_connection_name").on(t.organizationId, t.name).where(sql`${t.removedAt} is null`),
    check("sso_connection_oidc", sql`${t.kind} <> 'oidc' or (${t.clientId} is not null and ${t.clientSecret} is not null)`),
    check("sso_connection_saml", sql`${t.kind} <> 'saml' or (${t.signInUrl} is not null and cardinality(${t.certificates}) between 1 and 5)`),
  ],
);

/** An email domain, and the connection that speaks for its addresses once it is verified. */
export const ssoDomain = pgTable(
  "sso_domain",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    connectionId: uuid().notNull(),
    domain: text().notNull(),
    /** What the domain's TXT record must say; public. */
    challenge: text().notNull(),
    verifiedAt: instant(),
    /** Since when its addresses need single sign-on. */
    enforcedAt: instant(),
    /** Who may still use a password while it is enforced. */
    breakGlassPersonId: uuid(),
    createdAt: createdAt(),
    removedAt: instant(),
  },
  (t) => [
    // One organization of the installation speaks for a domain.
    uniqueIndex("sso_domain_verified").on(t.domain).where(sql`${t.verifiedAt} is not null and ${t.removedAt} is null`),
    uniqueIndex("sso_domain_once").on(t.organizationId, t.domain).where(sql`${t.removedAt} is null`),
    check("sso_domain_lower", sql`${t.domain} = lower(${t.domain})`),
    check("sso_domain_enforced", sql`${t.enforcedAt} is null or (${t.verifiedAt} is not null and ${t.breakGlassPersonId} is not null)`),
  ],
);

/** One way to an identity provider and back, for ten minutes: started, answered, and used once. */
export const ssoLogin = pgTable(
  "sso_login",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    connectionId: uuid().notNull(),
    purpose: text({ enum: ["sign_in", "test"] }).notNull(),
    /** SHA-256 of what travels as `state` or RelayState. */
    stateHash: bytea().notNull(),
    /** SHA-256 of the secret in the cookie of the browser that started; null when the identity provider began. */
    browserHash: bytea(),
    /** The id of our SAML request. */
    requestId: text(),
    nextPath: text().notNull(),
    /** Who tests, or who may come in. */
    personId: uuid(),
    /** Claims of an answer that passed all checks. */
    claims: jsonb().$type<Record<string, string[]>>(),
    /** The provider's own name for the person in that answer; null where it gives another one each time. */
    subject: text(),
    /** SAML: the same name with all that it came with, also one that is made for a single sign-in. */
    nameId: jsonb().$type<NameId>(),
    /** How they signed in there, as the answer says. */
    methods: text().array(),
    /** What the provider calls the session there: `sid`, or SessionIndex. */
    sessionIndex: text(),
    /** The ID token, sealed: who signs out shows it to the provider. */
    idToken: bytea(),
    result: jsonb().$type<TestResult>(),
    ticketHash: bytea(),
    ticketExpiresAt: instant(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    answeredAt: instant(),
    usedAt: instant(),
  },
  (t) => [
    uniqueIndex("sso_login_state").on(t.stateHash),
    uniqueIndex("sso_login_ticket").on(t.ticketHash),
    index("sso_login_connection").on(t.organizationId, t.connectionId, t.createdAt),
  ],
);

/** SAML assertions that were taken, until they would have expired: each counts once. */
export const ssoAssertion = pgTable(
  "sso_assertion",
  {
    organizationId: tenantId(),
    connectionId: uuid().notNull(),
    assertionId: text().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.connectionId, t.assertionId] }), index("sso_assertion_expired").on(t.organizationId, t.expiresAt)],
);

/** Who somebody is at an identity provider: its own name for them, which stays when their address changes (OpenID Connect Core, 5.7). */
export const ssoIdentity = pgTable(
  "sso_identity",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    connectionId: uuid().notNull(),
    subject: text().notNull(),
    /** The address that the provider last gave. */
    email: text().notNull(),
    /** Null while somebody else at the provider is the person with this address. */
    personId: uuid(),
    /** `other_subject` waits for an admin, `refused` was decided; `address_taken`: signs in by the address they had. */
    conflict: text({ enum: ["other_subject", "refused", "address_taken"] }),
    createdAt: createdAt(),
    lastUsedAt: instant().notNull().default(sql`now()`),
    removedAt: instant(),
  },
  (t) => [
    uniqueIndex("sso_identity_subject").on(t.connectionId, t.subject).where(sql`${t.removedAt} is null`),
    uniqueIndex("sso_identity_person").on(t.connectionId, t.personId).where(sql`${t.removedAt} is null`),
    check("sso_identity_conflict", sql`(${t.personId} is null) = (coalesce(${t.conflict}, '') in ('other_subject', 'refused'))`),
  ],
);

/** Sessions that came by a provider, so that the end of either ends the other. */
export const ssoSession = pgTable(
  "sso_session",
  {
    sessionId: uuid().primaryKey(),
    organizationId: tenantId(),
    connectionId: uuid().notNull(),
    subject: text().notNull(),
    sessionIndex: text(),
    nameId: jsonb().$type<NameId>(),
    idToken: bytea(),
    createdAt: createdAt(),
  },
  (t) => [index("sso_session_subject").on(t.organizationId, t.connectionId, t.subject)],
);

/** The last sign-ins that a connection refused, with the reason that only admins read. The audit has all of them. */
export const ssoRefusal = pgTable(
  "sso_refusal",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    connectionId: uuid().notNull(),
    /** What the page told whoever was refused to pass on: the request's id. */
    reference: text().notNull(),
    why: text().notNull(),
    reason: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [index("sso_refusal_connection").on(t.organizationId, t.connectionId, t.createdAt)],
);
