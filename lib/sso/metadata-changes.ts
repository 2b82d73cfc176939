import { createHash } from "node:crypto";
import { AppError } from "@/lib/errors";
import { boundedFetch, requireProviderAddress } from "./bounded-fetch";
import { type CertificateView, viewOf } from "./certificate";
import type { Connection } from "./connection";
import { type ProviderMetadata, readMetadata } from "./saml-metadata";

/** As many certificates as a connection may have: those of a change of keys, with room. */
export const mostCertificates = 5;

/** What reading a provider's metadata anew would change. */
export type MetadataChanges = {
  signInUrl: { before: string | null; after: string } | null;
  /** Null also where the metadata name none: then one that was typed stays. */
  signOutUrl: { before: string | null; after: string } | null;
  added: CertificateView[];
  /** Here, but not in the metadata any more. */
  missing: CertificateView[];
  /** Why it cannot be taken; null: it can. */
  refusal: string | null;
  /** Of all of this; whoever applies it says what they saw. */
  digest: string;
};

/** The metadata at an address. @throws AppError `invalid_input`. */
export async function fetchMetadata(address: string): Promise<ProviderMetadata> {
  const answer = await boundedFetch(address);
  if (!answer.ok) throw new AppError("invalid_input", `The metadata's address answered with status ${answer.status}.`, { fields: { metadataUrl: `answered with status ${answer.status}` } });
  return readMetadata(await answer.text());
}

/**
 * Compares. Another entity id is another provider, and metadata are not signed: that is refused, and needs a connection of
 * its own.
 */
export function changesOf({ issuer, signInUrl, signOutUrl, certificates }: Pick<Connection, "issuer" | "signInUrl" | "signOutUrl" | "certificates">, found: ProviderMetadata): MetadataChanges {
  const held = certificates ?? [];
  const added = found.certificates.filter((each) => !held.includes(each));
  const missing = held.filter((each) => !found.certificates.includes(each));
  const refusal = found.issuer === issuer ? null : `The metadata are of another provider, ${found.issuer}. Connect that one by itself, so that nobody is led there unseen.`;
  const moved = found.signInUrl === signInUrl ? null : { before: signInUrl, after: found.signInUrl };
  const movedOut = found.signOutUrl === null || found.signOutUrl === signOutUrl ? null : { before: signOutUrl, after: found.signOutUrl };
  const digest = createHash("sha256").update(JSON.stringify([found.issuer, found.signInUrl, movedOut?.after ?? null, [...added].sort(), [...missing].sort()])).digest("hex");
  return { signInUrl: moved, signOutUrl: movedOut, added: added.map(viewOf), missing: missing.map(viewOf), refusal, digest };
}

/** Certificates after a change: new ones stand beside the old, of which those that ended make room; `dropMissing` takes away what the metadata do not have. */
export function mergedCertificates(held: readonly string[], found: readonly string[], { dropMissing, now = new Date() }: { dropMissing: boolean; now?: Date }): string[] {
  const kept = held.filter((each) => found.includes(each) || (!dropMissing && viewOf(each).expiresAt > now));
  const merged = [...new Set([...kept, ...found])];
  if (merged.length > mostCertificates) throw new AppError("conflict", `A connection has at most ${mostCertificates} certificates.`, { hint: "Remove those that the provider does not use any more." });
  return merged;
}

export function requireUsable({ signInUrl, signOutUrl }: ProviderMetadata): void {
  requireProviderAddress(signInUrl);
  if (signOutUrl) requireProviderAddress(signOutUrl);
}
