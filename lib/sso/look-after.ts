import { and, eq, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import { ssoConnection } from "@/db/schema/sso";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { type Change, read, transact } from "@/lib/transact";
import { warnOfCertificates } from "./certificate-warnings";
import { type Connection, findConnection, resourceOf } from "./connection";
import { changesOf, fetchMetadata, mergedCertificates, requireUsable } from "./metadata-changes";
import type { ProviderMetadata } from "./saml-metadata";
import { tellAdmins } from "./tell-admins";

/** What the clock does for an organization's SAML providers: reads their metadata once a day, and warns of certificates that end. */
export async function lookAfterConnections(ctx: Ctx): Promise<void> {
  for (const { id, metadataUrl } of await dueConnections(ctx)) {
    const found = await fetched(metadataUrl ?? "");
    await transact(ctx, async (tx) => {
      authorizeSystem(tx, ctx, "sessions", "view");
      const connection = await findConnection(tx, id);
      const change = typeof found === "string" ? { error: found, values: {}, fingerprints: [] } : changeFrom(connection, found);
      const { error, values, fingerprints } = change;
      await tx.update(ssoConnection).set({ ...values, metadataReadAt: sql`now()`, metadataError: error }).where(eq(ssoConnection.id, id));
      if (fingerprints.length > 0) return changed(connection, fingerprints, await tellChanged(tx, ctx, connection, fingerprints));
      const send = error && !connection.metadataError ? await tellFailed(tx, ctx, connection, error) : [];
      return { value: undefined, audit: noAudit("nothing of the provider changed"), send };
    });
  }
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    return { value: undefined, audit: noAudit("to be told of a day is no change"), send: await warnOfCertificates(tx, ctx.organizationId) };
  });
}

async function dueConnections(ctx: Ctx): Promise<{ id: string; metadataUrl: string | null }[]> {
  return read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const isDue = or(isNull(ssoConnection.metadataReadAt), lt(ssoConnection.metadataReadAt, sql`now() - interval '23 hours'`));
    const which = and(eq(ssoConnection.kind, "saml"), isNull(ssoConnection.removedAt), isNotNull(ssoConnection.metadataUrl), isDue);
    return tx.select({ id: ssoConnection.id, metadataUrl: ssoConnection.metadataUrl }).from(ssoConnection).where(which).limit(50);
  });
}

/** The metadata, or why there are none. */
async function fetched(address: string): Promise<ProviderMetadata | string> {
  try {
    const found = await fetchMetadata(address);
    requireUsable(found);
    return found;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/** Unasked only new certificates are taken, beside the old ones; whatever else differs waits for an admin. */
function changeFrom(connection: Connection, found: ProviderMetadata) {
  const { refusal, signInUrl, signOutUrl, added } = changesOf(connection, found);
  if (refusal) return { error: refusal, values: {}, fingerprints: [] };
  const other = signInUrl ? `sign-in URL: ${signInUrl.after}` : signOutUrl?.before ? `sign-out URL: ${signOutUrl.after}` : null;
  const error = other ? `The metadata name another ${other}. Look at the change and apply it.` : null;
  if (added.length === 0) return { error, values: {}, fingerprints: [] };
  try {
    const certificates = mergedCertificates(connection.certificates ?? [], found.certificates, { dropMissing: false });
    return { error, values: { certificates }, fingerprints: added.map((each) => each.fingerprint) };
  } catch (failure) {
    if (failure instanceof AppError) return { error: `${failure.message} ${failure.hint ?? ""}`, values: {}, fingerprints: [] };
    throw failure;
  }
}

function changed(connection: Connection, added: string[], send: Change<void>["send"] = []): Change<void> {
  return { value: undefined, audit: { action: "sso.provider_changed", resource: resourceOf(connection), details: { added, by: "metadata, read by itself" } }, send };
}

function tellChanged(tx: Parameters<typeof tellAdmins>[0], ctx: Ctx, { id, name }: Connection, fingerprints: readonly string[]) {
  return tellAdmins(tx, ctx.organizationId, {
    dedupeKey: `sso-new-certificate:${id}:${fingerprints.join(",").slice(0, 300)}`,
    title: `${name} has a new certificate`,
    body: `Its metadata name a certificate that was not here (SHA-256 ${fingerprints.map((each) => `${each.slice(0, 16)}…`).join(", ")}). It counts beside the old one from now on. If nobody changed it at the provider, remove it.`,
    href: `/settings/sso/${id}`,
  });
}

function tellFailed(tx: Parameters<typeof tellAdmins>[0], ctx: Ctx, { id, name }: Connection, error: string) {
  return tellAdmins(tx, ctx.organizationId, {
    dedupeKey: `sso-metadata:${id}:${new Date().toISOString().slice(0, 10)}`,
    title: `The metadata of ${name} could not be taken`,
    body: `${error} Until it is mended, new certificates of the provider are not noticed.`,
    href: `/settings/sso/${id}`,
  });
}
