import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { compareArguments, type ShownPlaces } from "./compare-arguments";
import { visible } from "./list";

/** Longer arguments, in characters, are read in the request itself. */
const longestCompared = 16_384;

export const CompareAlikeInput = z.strictObject({ ids: z.array(z.uuid()).max(100) });
export type CompareAlikeInput = z.infer<typeof CompareAlikeInput>;

/** What the arguments of several requests have in common, and what each has for itself; null: too long to be compared. */
export type ComparedAlike = { same: ShownPlaces; of: Record<string, ShownPlaces | null> };

/** Compares the arguments of requests that the caller may see. Secrets are masked. */
export async function compareAlike(ctx: PersonCtx, { ids }: CompareAlikeInput): Promise<ComparedAlike> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const rows = await tx
      .select({
        id: approval.id,
        // The stored size first: it is known without reading megabytes.
        arguments: sql<string | null>`case when pg_column_size(${action.arguments}) <= ${longestCompared} and length(${action.arguments}) <= ${longestCompared} then ${action.arguments} end`,
      })
      .from(approval)
      .innerJoin(action, eq(action.id, approval.actionId))
      .where(and(visible(tx, ctx), inArray(approval.id, ids)));
    const { same, each } = compareArguments(rows.map((row) => row.arguments));
    return { same, of: Object.fromEntries(rows.map(({ id }, at) => [id, each[at] ?? null])) };
  });
}
