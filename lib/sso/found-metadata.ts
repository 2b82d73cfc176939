import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { read } from "@/lib/transact";
import { type Connection, findConnection } from "./connection";
import { fetchMetadata, requireUsable } from "./metadata-changes";
import type { PreviewMetadataInput } from "./preview-metadata";
import { type ProviderMetadata, readMetadata } from "./saml-metadata";

/** The metadata are read before any transaction, in which nothing waits for a network. */
export async function foundFor({ id, metadataUrl, metadata }: PreviewMetadataInput, ctx: PersonCtx): Promise<{ connection: Connection; found: ProviderMetadata }> {
  const connection = await read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    return findConnection(tx, id);
  });
  if (connection.kind !== "saml") throw conflict("This provider is asked anew at each sign-in.", "It needs no metadata.");
  const address = metadataUrl || (metadata ? "" : connection.metadataUrl);
  if (!metadata && !address) throw new AppError("invalid_input", "There are no metadata to read.", { fields: { metadataUrl: "give the address of the metadata, or the metadata" } });
  const found = address ? await fetchMetadata(address) : readMetadata(metadata);
  requireUsable(found);
  return { connection, found };
}
