import { and, desc, eq, isNotNull } from "drizzle-orm";
import { z } from "zod";
import { ssoLogin } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { findConnection } from "./connection";

export const LoadTestInput = z.strictObject({ id: z.uuid() });
export type LoadTestInput = z.infer<typeof LoadTestInput>;

export type TestView = NonNullable<typeof ssoLogin.$inferSelect.result> & { at: Date };

/** What the caller's last test of a connection brought back; null before there is one. */
export async function loadTest(ctx: PersonCtx, { id }: LoadTestInput): Promise<TestView | null> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await findConnection(tx, id);
    const [login] = await tx
      .select({ result: ssoLogin.result, at: ssoLogin.createdAt })
      .from(ssoLogin)
      .where(and(eq(ssoLogin.connectionId, id), eq(ssoLogin.personId, ctx.actor.id), isNotNull(ssoLogin.result)))
      .orderBy(desc(ssoLogin.createdAt))
      .limit(1);
    return login?.result ? { ...login.result, at: login.at } : null;
  });
}
