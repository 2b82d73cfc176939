import { eq } from "drizzle-orm";
import { z } from "zod";
import { organization } from "@/db/schema/organization";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { microsInput } from "./micros-input";

export const SetPriceInput = z.strictObject({
  /** Price of one second of sandbox time, in micro-units. */
  secondMicros: microsInput(z.int("must be whole micro-units").min(0, "must not be negative").max(1_000_000_000, "must be at most 1,000 for a second")),
});
export type SetPriceInput = z.infer<typeof SetPriceInput>;

/** Sets the price of sandbox time for runs that are asked for from now on; a run keeps the price it was asked at. */
export async function setPrice(ctx: Ctx, input: SetPriceInput): Promise<{ secondMicros: number }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "budgets", "set", { workspaceId: null });
    const [before] = await tx.select().from(organization).where(eq(organization.id, ctx.organizationId)).for("update");
    if (!before) throw notFound("organization");
    await tx.update(organization).set({ sandboxSecondMicros: input.secondMicros }).where(eq(organization.id, before.id));
    return {
      value: { secondMicros: input.secondMicros },
      audit: {
        action: "organization.updated",
        resource: { type: "organization", id: before.id, name: before.name },
        details: { before: { sandboxSecondMicros: before.sandboxSecondMicros }, after: { sandboxSecondMicros: input.secondMicros } },
      },
    };
  });
}
