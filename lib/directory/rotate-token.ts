import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { directory } from "@/db/schema/directory";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockDirectory } from "./row";
import { makeDirectoryToken } from "./token";

export const RotateDirectoryTokenInput = z.strictObject({ id: z.uuid() });
export type RotateDirectoryTokenInput = z.infer<typeof RotateDirectoryTokenInput>;

/** Gives a directory another token; the earlier one is refused from its next request on. The answer alone has the new one. */
export async function rotateDirectoryToken(ctx: PersonCtx, { id }: RotateDirectoryTokenInput): Promise<{ token: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.rotate_token", id);
    const before = await lockDirectory(tx, id);
    if (!before.tokenHash) throw conflict("This directory is asked by the portal, and has no token.");
    const { token, tokenHash, tokenPrefix } = makeDirectoryToken();
    await tx.update(directory).set({ tokenHash, tokenPrefix, tokenMadeAt: sql`now()` }).where(eq(directory.id, id));
    return { value: { token }, audit: { action: "directory.token_rotated", resource: { type: "directory", id, name: before.name }, details: { before: before.tokenPrefix, after: tokenPrefix } } };
  });
}
