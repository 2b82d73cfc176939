import { z } from "zod";
import { directory } from "@/db/schema/directory";
import { directorySource } from "@/db/schema/directory-sync";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { sealSecret } from "../pull/secret";
import { requireRoom } from "../row";
import { googleShape, KeyFile, parseKeyFile } from "./settings";

export const ConnectGoogleInput = z.strictObject({ ...googleShape, name: cleanText({ max: 80 }), key: KeyFile });
export type ConnectGoogleInput = z.infer<typeof ConnectGoogleInput>;

/** Keeps how Google Workspace is asked. Nothing is asked before somebody tests or previews it. */
export async function connectGoogle(ctx: PersonCtx, { name, key, ...settings }: ConnectGoogleInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.connect_google", name);
    await requireRoom(tx);
    const id = newId();
    await tx.insert(directory).values({ id, organizationId: ctx.organizationId, kind: "google", name, createdBy: ctx.actor.id });
    await tx.insert(directorySource).values({ directoryId: id, organizationId: ctx.organizationId, settings, secret: sealSecret(id, key) });
    const details = { kind: "google", actsAs: settings.adminEmail, serviceAccount: parseKeyFile(key)?.client_email ?? null };
    return { value: { id }, audit: { action: "directory.connected", resource: { type: "directory", id, name }, details } };
  });
}
