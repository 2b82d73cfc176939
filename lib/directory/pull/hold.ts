import { and, eq, isNotNull } from "drizzle-orm";
import { directoryUser } from "@/db/schema/directory";
import { directorySource, type SyncSummary } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import type { SyncRow } from "./sync-row";

/**
 * Why a sync is not carried out before somebody has looked: the answer of a server that is broken, or was asked by a wrong
 * filter, looks as if everybody had left. Null: it may go on.
 */
export async function holdReason(tx: Tx, ctx: DirectoryCtx, sync: SyncRow, { losing }: Pick<SyncSummary, "losing">): Promise<{ problem: string; hint: string } | null> {
  if (losing === 0 || (sync.allowedLosses !== null && losing <= sync.allowedLosses)) return null;
  const [source] = await tx.select().from(directorySource).where(eq(directorySource.directoryId, ctx.actor.id));
  if (!source) throw notFound("directory that is asked");
  const people = await tx.$count(directoryUser, and(eq(directoryUser.directoryId, ctx.actor.id), eq(directoryUser.active, true), isNotNull(directoryUser.personId)));
  const whom = `${losing.toLocaleString("en")} of ${people.toLocaleString("en")} people would leave or lose roles`;
  if (sync.readUsers === 0) return { problem: `The directory answered without any user, so ${whom}.`, hint: "See whether the base and the filter of users are right, and the server is well." };
  if (sync.readGroups === 0) return { problem: `The directory answered without any group, so ${whom}.`, hint: "See whether the base and the filter of groups are right." };
  if (losing <= source.mostLossPeople || losing * 100 <= source.mostLossPercent * people) return null;
  return { problem: `${whom}, more than ${source.mostLossPercent} % at once.`, hint: "See in the directory whether that is right, then let the sync go on." };
}
