import { eq } from "drizzle-orm";
import { z } from "zod";
import { directorySource } from "@/db/schema/directory-sync";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockSource } from "../pull/lock-source";
import { sealSecret } from "../pull/secret";
import { GoogleSettings, googleShape, KeyFile } from "./settings";

export const UpdateGoogleInput = z.strictObject({ ...googleShape, id: z.uuid(), key: z.union([z.literal(""), KeyFile]).default("") });
export type UpdateGoogleInput = z.infer<typeof UpdateGoogleInput>;

/** Changes as whom Google Workspace is asked, for which users, and by which key. The key goes to Google alone, so it need not be given again. */
export async function updateGoogle(ctx: PersonCtx, { id, key, ...settings }: UpdateGoogleInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.update_google", id);
    const { directory, source } = await lockSource(tx, id);
    if (directory.kind !== "google") throw conflict("This directory is not Google Workspace.");
    const before = GoogleSettings.parse(source.settings);
    await tx.update(directorySource).set({ settings, ...(key ? { secret: sealSecret(id, key) } : {}) }).where(eq(directorySource.directoryId, id));
    const shown = ({ adminEmail, userQuery }: GoogleSettings) => ({ adminEmail, userQuery: userQuery ?? null });
    return { value: { id }, audit: { action: "directory.updated", resource: { type: "directory", id, name: directory.name }, details: { before: shown(before), after: shown(settings), newKey: key !== "" } } };
  });
}
