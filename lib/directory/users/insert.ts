import { directoryUser } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import type { Change } from "@/lib/transact";
import { scimRefusal } from "../scim/refusal";
import type { UserFields } from "../scim/user-fields";
import { linkPerson, userForAudit } from "./link";
import type { UserRow } from "./row";
import { vouchByDirectory } from "./vouch";

/** Keeps a new user of the directory, and makes them a person here unless a conflict keeps them apart; for use inside a verb that has asked. */
export async function insertUser(tx: Tx, ctx: DirectoryCtx, fields: UserFields): Promise<Change<UserRow>> {
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
  audit.push(...(await vouchByDirectory(tx, row)));
  return { value: row, audit };
}
