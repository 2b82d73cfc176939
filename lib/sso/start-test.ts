import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { addressOf, insertLogin } from "./begin";
import { newBrowserSecret } from "./browser-secret";
import { findConnection, resourceOf } from "./connection";

export const StartTestInput = z.strictObject({ id: z.uuid() });
export type StartTestInput = z.infer<typeof StartTestInput>;

/**
 * Begins a sign-in that ends with what came back instead of with a session.
 * @returns where to go, and what the browser keeps meanwhile.
 */
export async function startTest(ctx: PersonCtx, { id }: StartTestInput): Promise<{ url: string; secret: string }> {
  const secret = newBrowserSecret();
  const begun = await transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const connection = await findConnection(tx, id);
    const { requestId } = await insertLogin(tx, connection, secret, { purpose: "test", nextPath: "/settings/sso", personId: ctx.actor.id });
    return { value: { connection, requestId }, audit: { action: "sso.test_started", resource: resourceOf(connection) } };
  });
  return { url: await addressOf(begun.connection, begun.requestId, secret), secret: secret.secret };
}
