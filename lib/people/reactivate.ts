import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { authorizeOver, loadMember } from "./member";

export const ReactivatePersonInput = z.strictObject({ id: z.uuid() });
export type ReactivatePersonInput = z.infer<typeof ReactivatePersonInput>;

/** Lets somebody who was suspended sign in again, with the roles they still have. @throws AppError `conflict` for anybody else. */
export async function reactivatePerson(ctx: PersonCtx, { id }: ReactivatePersonInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const member = await loadMember(tx, ctx, id);
    authorizeOver(tx, ctx, "remove", member.grants);
    await requireFreshProof(tx, ctx, "people.reactivate", id);
    const [back] = await tx
      .update(person)
      .set({ status: "active", accessVersion: sql`${person.accessVersion} + 1` })
      .where(and(eq(person.id, id), eq(person.status, "suspended")))
      .returning({ id: person.id });
    if (!back) throw conflict(`${member.name} is not suspended.`, "Load the page again to see where they stand.");
    return { value: { id }, audit: { action: "people.reactivated", resource: { type: "person", id, name: member.email } } };
  });
}
