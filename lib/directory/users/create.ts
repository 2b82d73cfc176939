import { directoryUser } from "@/db/schema/directory";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { AuditEntry } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";
import { scimRefusal } from "../scim/refusal";
import { parseUser } from "../scim/user-fields";
import { linkPerson, userForAudit } from "./link";
import type { UserRow } from "./row";

/**
 * SCIM's POST /Users: somebody works here. They become a person, unless the address is somebody's already: then both stay as
 * they are, and an admin decides on the directory's page.
 * @throws AppError `conflict` (uniqueness) for a user name that this directory has already.
 */
export async function createDirectoryUser(ctx: DirectoryCtx, body: unknown): Promise<UserRow> {
  return transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "invite");
    const fields = parseUser(body);
    const { personId, conflict } = fields.active ? await linkPerson(tx, ctx, fields) : { personId: null, conflict: null };
    const [row] = await tx
      .insert(directoryUser)
      .values({ ...fields, id: newId(), organizationId: ctx.organizationId, directoryId: ctx.actor.id, personId, conflict })
      .onConflictDoNothing()
      .returning();
    if (!row) throw scimRefusal("uniqueness", "This directory has a user of that userName or externalId already.");
    const resource = { type: "directory_user", id: row.id, name: row.userName };
    const audit: AuditEntry[] = [{ action: "directory.user_created", resource, details: { after: userForAudit(fields), person: personId } }];
    if (conflict) audit.push({ action: "directory.conflict_found", resource, details: { conflict, email: fields.email } });
    return { value: row, audit };
  });
}
