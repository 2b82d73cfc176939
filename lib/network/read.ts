import { eq } from "drizzle-orm";

import { person } from "@/db/schema/people";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { authorizeLook, findPlace, mayChange, type NetworkPlace, type PlaceInput, type StoredRule, storedRule } from "./place";

export type NetworkView = { place: NetworkPlace; rule: StoredRule | null; changedBy: string | null; mayChange: boolean };

/** From where the organization, a workspace or a key may be used, for whoever may look at it. */
export async function readNetwork(ctx: PersonCtx, input: PlaceInput): Promise<NetworkView> {
  return read(ctx, async (tx) => {
    const place = await findPlace(tx, ctx.organizationId, input);
    authorizeLook(tx, ctx, place);
    const rule = await storedRule(tx, place.scopeId);
    const [author] = rule?.changedBy ? await tx.select({ name: person.name }).from(person).where(eq(person.id, rule.changedBy)) : [];
    return { place, rule, changedBy: author?.name ?? null, mayChange: mayChange(ctx, place) };
  });
}
