import { sql } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { countedTo } from "./counted-to";
import { whereDecidable } from "./where-decidable";

/** How many requests wait for this person's decision, counted to `countedTo`: for the badge in the navigation. */
export async function pendingForMe(ctx: PersonCtx): Promise<number> {
  return read(ctx, async (tx) => {
    const some = tx.select({ one: sql`1` }).from(approval).where(whereDecidable(tx, ctx)).limit(countedTo).as("some");
    const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(some);
    return row?.count ?? 0;
  });
}
