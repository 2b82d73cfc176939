import { z } from "zod";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { cleanText } from "@/lib/text";
import { foundFor } from "./found-metadata";
import { changesOf, type MetadataChanges } from "./metadata-changes";

export const PreviewMetadataInput = z.strictObject({
  id: z.uuid(),
  /** Either the address, which is kept and read every day from then on, or the metadata themselves. */
  metadataUrl: cleanText({ min: 0, max: 500 }).default(""),
  metadata: cleanText({ min: 0, max: 200_000, lines: true }).default(""),
});
export type PreviewMetadataInput = z.infer<typeof PreviewMetadataInput>;

/** What reading a SAML provider's metadata anew would change. @throws AppError `invalid_input` for metadata that cannot be read. */
export async function previewMetadata(ctx: PersonCtx, input: PreviewMetadataInput): Promise<MetadataChanges> {
  const { connection, found } = await foundFor(input, ctx);
  return changesOf(connection, found);
}

