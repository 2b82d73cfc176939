import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, tenantId } from "./columns";

/** What a person proves themself with beside the password. Removed ones stay without their secret, for attribution. */
export const factor = pgTable(
  "factor",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    kind: text({ enum: ["totp", "passkey", "email", "sms"] }).notNull(),
    name: text().notNull(),
    /** Of TOTP the shared secret, of SMS the number; sealed (lib/auth/seal.ts). Null once it is removed. */
    secret: bytea(),
    /** Of TOTP: the last step of 30 seconds whose code was taken, so that none is good twice. */
    lastStep: bigint({ mode: "number" }).notNull().default(0),
    /** Of a passkey: the credential's id (base64url), its public key (COSE) and its signature counter. */
    credentialId: text(),
    publicKey: bytea(),
    counter: bigint({ mode: "number" }).notNull().default(0),
    transports: text().array(),
    createdAt: createdAt(),
    /** Counts only once a code or a signature of it was seen. */
    confirmedAt: instant(),
    lastUsedAt: instant(),
    removedAt: instant(),
  },
  (t) => [
    index("factor_person").on(t.organizationId, t.personId).where(sql`${t.removedAt} is null`),
    uniqueIndex("factor_credential").on(t.credentialId).where(sql`${t.removedAt} is null`),
    check("factor_secret", sql`${t.removedAt} is not null or (${t.kind} in ('totp', 'sms')) = (${t.secret} is not null)`),
    check("factor_key", sql`(${t.kind} = 'passkey') = (${t.credentialId} is not null and ${t.publicKey} is not null)`),
  ],
);

/** A code that stands in for a factor once. Only its SHA-256 is stored: it is 80 random bits, which no guess finds. */
export const recoveryCode = pgTable(
  "recovery_code",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    codeHash: bytea().notNull(),
    createdAt: createdAt(),
    usedAt: instant(),
    /** Replaced by newer ones, or its person has no factor any more. */
    endedAt: instant(),
  },
  (t) => [index("recovery_code_open").on(t.organizationId, t.personId).where(sql`${t.usedAt} is null and ${t.endedAt} is null`)],
);

/** A sign-in whose password was right and whose second step is not done. Only the token's SHA-256 is stored. */
export const pendingSignIn = pgTable(
  "pending_sign_in",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    tokenHash: bytea().notNull(),
    /** SHA-256 of the password's hash that was proved: a password that was changed since proves nothing. */
    passwordDigest: bytea().notNull(),
    /** The first step: a password, or an identity provider whose word on second factors does not count. */
    method: text({ enum: ["password", "oidc", "saml"] }).notNull().default("password"),
    ssoLoginId: uuid(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [uniqueIndex("pending_sign_in_token").on(t.tokenHash)],
);

/** What an authenticator signs once: for one person, one purpose and the one thing that it was made for. */
export const challenge = pgTable(
  "challenge",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    kind: text({ enum: ["enrol", "prove", "email", "sms"] }).notNull(),
    /** The session or the pending sign-in that asked for it; or the factor that a sent code confirms. */
    boundTo: uuid().notNull(),
    /** The challenge of WebAuthn (base64url), or the keyed hash of a code that was sent. */
    value: text().notNull(),
    /** Of a fresh proof by WebAuthn: the canonical text that the challenge is the hash of; see lib/mfa/statement.ts. */
    statement: text(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [index("challenge_open").on(t.organizationId, t.boundTo, t.kind).where(sql`${t.usedAt} is null`)],
);

/** What an authenticator signed, kept so that anybody can check it later (WebAuthn Level 3, 7.2). All but `statement` is base64url. */
export type SignedAssertion = {
  statement: string;
  credentialId: string;
  /** COSE. */
  publicKey: string;
  clientDataJSON: string;
  authenticatorData: string;
  signature: string;
  origin: string;
  rpId: string;
};

/** A fresh proof of who somebody is: in one session, for one verb and one object, good once. */
export const freshProof = pgTable(
  "fresh_proof",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    sessionId: uuid().notNull(),
    verb: text().notNull(),
    object: text().notNull(),
    method: text().notNull(),
    /** Which factor; null for a password, or a recovery code in a factor's place. */
    factorId: uuid(),
    assertion: jsonb().$type<SignedAssertion>(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [index("fresh_proof_open").on(t.organizationId, t.sessionId, t.verb).where(sql`${t.usedAt} is null`)],
);

/** A browser that need not show a factor at its person's sign-ins for some days. Only the token's SHA-256 is stored. */
export const rememberedDevice = pgTable(
  "remembered_device",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    tokenHash: bytea().notNull(),
    /** The browser's own mark (lib/auth/device.ts): the token is worth nothing in another one. */
    deviceId: uuid().notNull(),
    userAgent: text(),
    ip: text(),
    country: text(),
    createdAt: createdAt(),
    lastUsedAt: instant().notNull().default(sql`now()`),
    /** At the latest; the rules that hold when it is used may end it before. */
    expiresAt: instant().notNull(),
    revokedAt: instant(),
  },
  (t) => [uniqueIndex("remembered_device_token").on(t.tokenHash), index("remembered_device_person").on(t.organizationId, t.personId).where(sql`${t.revokedAt} is null`)],
);
