import { z } from "zod";
import { directory, pushedKinds } from "@/db/schema/directory";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { requireRoom } from "./row";
import { makeDirectoryToken } from "./token";

export const ConnectDirectoryInput = z.strictObject({ kind: z.enum(pushedKinds), name: cleanText({ max: 80 }) });
export type ConnectDirectoryInput = z.infer<typeof ConnectDirectoryInput>;

/** Makes a way in for a company's directory. `token` is the secret: it is in this answer and nowhere else. */
export async function connectDirectory(ctx: PersonCtx, { kind, name }: ConnectDirectoryInput): Promise<{ id: string; token: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.connect", name);
    await requireRoom(tx);
    const { token, tokenHash, tokenPrefix } = makeDirectoryToken();
    const id = newId();
    await tx.insert(directory).values({ id, organizationId: ctx.organizationId, kind, name, tokenHash, tokenPrefix, tokenMadeAt: new Date(), createdBy: ctx.actor.id });
    return { value: { id, token }, audit: { action: "directory.connected", resource: { type: "directory", id, name }, details: { kind, tokenPrefix } } };
  });
}
