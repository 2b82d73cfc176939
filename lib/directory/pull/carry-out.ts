import { and, eq, inArray } from "drizzle-orm";
import { directoryGroup, directoryUser } from "@/db/schema/directory";
import type { directoryPulled } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import { noAudit } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import type { Change } from "@/lib/transact";
import { insertGroup } from "../groups/insert";
import { removeGroup } from "../groups/remove";
import { memberIdsOf } from "../groups/row";
import { saveGroup } from "../groups/save";
import { chunks } from "../recompute";
import type { UserFields } from "../scim/user-fields";
import { insertUser } from "../users/insert";
import { removeUser } from "../users/remove";
import { saveUser } from "../users/save";
import type { GroupRecord } from "./rows";

export type Item = Pick<typeof directoryPulled.$inferSelect, "kind" | "externalId" | "record" | "op">;

/** Makes one user or group what the directory said, by the same steps as SCIM's verbs. Done again, it changes nothing. For use inside a verb that has asked. */
export async function carryOut(tx: Tx, ctx: DirectoryCtx, item: Item): Promise<Change<unknown>> {
  return item.kind === "user" ? carryOutUser(tx, ctx, item) : carryOutGroup(tx, ctx, item);
}

async function carryOutUser(tx: Tx, ctx: DirectoryCtx, { externalId, record, op }: Item): Promise<Change<unknown>> {
  const [before] = await tx.select().from(directoryUser).where(and(eq(directoryUser.directoryId, ctx.actor.id), eq(directoryUser.externalId, externalId))).for("update");
  if (op === "leave") return before ? removeUser(tx, ctx, before) : { value: null, audit: noAudit("they were forgotten already") };
  const fields = record as UserFields;
  return before ? saveUser(tx, ctx, before, fields) : insertUser(tx, ctx, fields);
}

async function carryOutGroup(tx: Tx, ctx: DirectoryCtx, { externalId, record, op }: Item): Promise<Change<unknown>> {
  const [before] = await tx.select().from(directoryGroup).where(and(eq(directoryGroup.directoryId, ctx.actor.id), eq(directoryGroup.externalId, externalId))).for("update");
  if (op === "leave") return before ? removeGroup(tx, ctx, before) : { value: null, audit: noAudit("it was forgotten already") };
  const { displayName, members } = record as GroupRecord;
  const wanted = await userIds(tx, ctx, members);
  if (!before) return insertGroup(tx, ctx, { displayName, externalId, members: wanted });
  const has = new Set(await memberIdsOf(tx, before.id));
  const keeps = new Set(wanted);
  const [add, remove] = [new Set(wanted.filter((id) => !has.has(id))), new Set([...has].filter((id) => !keeps.has(id)))];
  if (before.displayName === displayName && add.size + remove.size === 0) return { value: null, audit: noAudit("nothing changed") };
  return saveGroup(tx, ctx, before, { displayName, replace: null, add, remove });
}

/** Users that could not be taken are no members. */
async function userIds(tx: Tx, ctx: DirectoryCtx, externalIds: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const some of chunks(externalIds, 5_000)) {
    const rows = await tx.select({ id: directoryUser.id }).from(directoryUser).where(and(eq(directoryUser.directoryId, ctx.actor.id), inArray(directoryUser.externalId, some)));
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}
