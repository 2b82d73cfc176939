import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { rememberedDevice } from "@/db/schema/factor";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { deviceName } from "@/lib/sessions/device";
import { transact } from "@/lib/transact";

export const ForgetDeviceInput = z.strictObject({ id: z.uuid() });
export type ForgetDeviceInput = z.infer<typeof ForgetDeviceInput>;

/** Forgets one browser of the caller: it shows a factor at the next sign-in. Who is signed in there stays so. */
export async function forgetDevice(ctx: PersonCtx, { id }: ForgetDeviceInput): Promise<{ id: string }> {
  const { id: personId, email } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const [forgotten] = await tx
      .update(rememberedDevice)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(rememberedDevice.id, id), eq(rememberedDevice.personId, personId), isNull(rememberedDevice.revokedAt)))
      .returning({ userAgent: rememberedDevice.userAgent });
    if (!forgotten) throw notFound("remembered browser of yours");
    const resource = { type: "person", id: personId, name: email };
    return { value: { id }, audit: { action: "sessions.browser_forgotten", resource, details: { browser: id, device: deviceName(forgotten.userAgent) } } };
  });
}
