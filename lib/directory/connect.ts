import { and, count, isNull } from "drizzle-orm";
import { z } from "zod";
import { directory, directoryKinds } from "@/db/schema/directory";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { makeDirectoryToken } from "./token";

export const ConnectDirectoryInput = z.strictObject({ kind: z.enum(directoryKinds), name: cleanText({ max: 80 }) });
export type ConnectDirectoryInput = z.infer<typeof ConnectDirectoryInput>;

const mostDirectories = 10;

/** Makes a way in for a company's directory. `token` is the secret: it is in this answer and nowhere else. */
export async function connectDirectory(ctx: PersonCtx, { kind, name }: ConnectDirectoryInput): Promise<{ id: string; token: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.connect", name);
    const [open] = await tx.select({ directories: count() }).from(directory).where(and(isNull(directory.disconnectedAt)));
    if (open && open.directories >= mostDirectories) throw conflict(`There are ${mostDirectories} directories already.`, "Disconnect one that is not used.");
    const { token, tokenHash, tokenPrefix } = makeDirectoryToken();
    const id = newId();
    await tx.insert(directory).values({ id, organizationId: ctx.organizationId, kind, name, tokenHash, tokenPrefix, tokenMadeAt: new Date(), createdBy: ctx.actor.id });
    return { value: { id, token }, audit: { action: "directory.connected", resource: { type: "directory", id, name }, details: { kind, tokenPrefix } } };
  });
}
