import { eq, sql } from "drizzle-orm";
import { directoryUser } from "@/db/schema/directory";
import { person } from "@/db/schema/people";
import { sqlState } from "@/db/error";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { noAudit } from "@/lib/audit/actions";
import { unvouch } from "@/lib/chat/vouch";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import type { Change } from "@/lib/transact";
import { recomputeRoles } from "../recompute";
import { scimRefusal } from "../scim/refusal";
import { nameOf, type UserFields } from "../scim/user-fields";
import { deprovision, linkPerson, reinstate, userForAudit } from "./link";
import type { UserRow } from "./row";
import { vouchByDirectory } from "./vouch";

type Outcome = { personId: string | null; conflict: UserRow["conflict"]; audit: AuditEntry[]; send: JobEvent[] };

/** Makes a user what the directory says now, with what follows for the person; for use inside a verb that has asked. */
export async function saveUser(tx: Tx, ctx: DirectoryCtx, before: UserRow, fields: UserFields): Promise<Change<UserRow>> {
  const [was, is] = [JSON.stringify(userOf(before)), JSON.stringify(userOf(fields))];
  if (was === is) return { value: before, audit: noAudit("nothing changed") };
  const outcome = await follow(tx, ctx, before, fields);
  const [row] = await tx
    .update(directoryUser)
    .set({ ...fields, personId: outcome.personId, conflict: outcome.conflict, conflictDismissedAt: outcome.conflict ? before.conflictDismissedAt : null, version: sql`${directoryUser.version} + 1`, updatedAt: sql`now()` })
    .where(eq(directoryUser.id, before.id))
    .returning()
    .catch((error: unknown) => {
      throw sqlState(error) === "23505" ? scimRefusal("uniqueness", "Another user of this directory has that userName or externalId.") : error;
    });
  if (!row) throw new Error("a user that is locked was not there");
  const gained = row.personId && row.active && (!before.active || before.personId !== row.personId) ? await recomputeRoles(tx, ctx, ctx.actor, [row.personId]) : [];
  if (before.personId && before.personId !== row.personId) await unvouch(tx, row.directoryId, before.personId);
  const vouched = await vouchByDirectory(tx, row);
  const resource = { type: "directory_user", id: row.id, name: row.userName };
  const audit: AuditEntry[] = [{ action: "directory.user_updated", resource, details: { before: userForAudit(before), after: userForAudit(row), person: row.personId } }, ...outcome.audit, ...gained, ...vouched];
  if (row.conflict && row.conflict !== before.conflict) audit.push({ action: "directory.conflict_found", resource, details: { conflict: row.conflict, email: row.email } });
  return { value: row, audit, send: outcome.send };
}

function userOf({ userName, externalId, active, email, profile }: UserFields) {
  const { displayName, title, name, emails, chat } = profile;
  return { userName, externalId, active, email, chat: [chat?.slackUserId, chat?.chatUserId], displayName, title, name: [name?.formatted, name?.givenName, name?.familyName], emails: emails?.map((each) => [each.value, each.type, each.primary]) };
}

async function follow(tx: Tx, ctx: DirectoryCtx, before: UserRow, fields: UserFields): Promise<Outcome> {
  const same: Outcome = { personId: before.personId, conflict: before.conflict, audit: [], send: [] };
  if (!fields.active) {
    if (!before.active || !before.personId) return { ...same, conflict: null };
    return { ...same, conflict: null, ...(await deprovision(tx, ctx, before.personId)) };
  }
  if (!before.personId) {
    // A conflict stands until an admin resolves it, or the directory gives another address.
    if (before.conflict && before.email === fields.email && before.active) return same;
    return { ...same, ...(await linkPerson(tx, ctx, fields)) };
  }
  if (!before.active) {
    const conflict = await reinstate(tx, ctx, before.personId);
    if (conflict) return { ...same, personId: null, conflict };
  }
  await renamePerson(tx, before.personId, before, fields);
  return { ...same, conflict: null };
}

/** Only what the directory changed: a name that the person chose for themselves stays until then. */
async function renamePerson(tx: Tx, id: string, before: UserRow, fields: UserFields): Promise<void> {
  const change = {
    ...(nameOf(before) === nameOf(fields) ? {} : { name: nameOf(fields) }),
    ...(before.email === fields.email ? {} : { email: fields.email }),
  };
  if (Object.keys(change).length === 0) return;
  await tx
    .update(person)
    .set(change)
    .where(eq(person.id, id))
    .catch((error: unknown) => {
      throw sqlState(error) === "23505" ? scimRefusal("uniqueness", "The new address belongs to somebody else already.") : error;
    });
}
