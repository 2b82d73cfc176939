import { and, count, eq, isNull, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { lock, type LockLine } from "@/db/schema/lock";
import type { Tx } from "@/db/tenant";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { lockAdmins, requireAdminLeft } from "@/lib/people/access";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { authorizeLock, mayLockAnything } from "./authorize-lock";
import { effectsOf } from "./effects";
import { refuseOwnLockOut } from "./guard";
import { canonicalTarget, targetFields } from "./input";
import { stopUnder } from "./stop";
import { findLockable, type Lockable } from "./target";
import { linesForAudit } from "./receipt";

/** So that what every decision looks through stays small. */
const mostOpen = 500;

const minutes = z.union([
  z.literal("").transform(() => null),
  z.coerce.number<string | number>().int("must be whole minutes").min(1, "must be at least a minute").max(527_040, "must be at most a year"),
]);

export const PlaceLockInput = z
  .strictObject({
    ...targetFields,
    /** For how long; nothing: until it is lifted. */
    minutes: minutes.nullish().transform((value) => value ?? null),
    /** Shown to whom it stops. */
    message: cleanText({ max: 300 }),
    reason: cleanText({ min: 0, max: 500, lines: true }).default(""),
  })
  .transform(canonicalTarget);
export type PlaceLockInput = z.infer<typeof PlaceLockInput>;

export type LockReceipt = { id: string; kind: Lockable["kind"]; name: string; until: Date | null; lines: LockLine[] };

/**
 * Stops something at once, for a time or until somebody lifts it; gives what was stopped. Of a lock that is in force
 * already, the message becomes the new one, and the end the later of the two. No fresh proof is asked, since stopping must
 * be quick; lifting asks for one.
 * @throws AppError `conflict` for what would lock the caller or the last organization admin out.
 */
export async function placeLock(ctx: PersonCtx, input: PlaceLockInput): Promise<LockReceipt> {
  return transact(
    ctx,
    async (tx) => {
      const of = await findLockable(tx, input);
      if (!of) {
        authorizeAnywhere(tx, ctx, "approvals", "decide");
        throw notFound(input.kind === "key" ? "API key" : input.kind);
      }
      await authorizeLock(tx, ctx, of);
      await refuseOwnLockOut(tx, ctx, of);
      const whom = of.kind === "person" || of.kind === "role";
      if (whom) await lockAdmins(tx);
      const receipt = await effectsOf(tx, of);
      const { id, until, prolonged } = await write(tx, ctx, of, input, receipt);
      const stopped = await stopUnder(tx, ctx, of);
      if (whom) await requireAdminLeft(tx);
      const details = { message: input.message, reason: input.reason, until: until?.toISOString() ?? null, prolonged, stopped: linesForAudit(receipt), target: of.target };
      return {
        value: { id, kind: of.kind, name: of.name, until, lines: receipt },
        audit: [{ action: "locks.placed", resource: { type: "lock", id, name: `${of.kind} ${of.name}`, workspaceId: of.workspaceId }, details }, ...stopped.audit],
        send: stopped.send,
      };
    },
    { turn: "alone" },
  );
}

async function write(tx: Tx, ctx: PersonCtx, of: Lockable, input: PlaceLockInput, receipt: LockLine[]) {
  const { kind, target, name, workspaceId } = of;
  await tx.update(lock).set({ endedAt: sql`${lock.until}` }).where(and(isNull(lock.endedAt), lte(lock.until, sql`now()`)));
  const [open] = await tx.select({ locks: count() }).from(lock).where(isNull(lock.endedAt));
  const same = and(eq(lock.kind, kind), eq(lock.target, target), kind === "tool" ? sql`${lock.workspaceId} is not distinct from ${workspaceId}::uuid` : undefined);
  const { message, reason } = input;
  const byOrganization = mayLockAnything(ctx);
  const until = input.minutes === null ? sql`null::timestamptz` : sql`now() + ${`${input.minutes} minutes`}::interval`;
  const words = { message, reason, placedBy: ctx.actor.id };
  const [prolonged] = await tx
    .update(lock)
    .set({ ...words, name, byOrganization: sql`${lock.byOrganization} or ${byOrganization}`, until: sql`case when ${lock.until} is null then null else greatest(${lock.until}, ${until}) end` })
    .where(and(same, isNull(lock.endedAt)))
    .returning({ id: lock.id, until: lock.until });
  if (prolonged) return { ...prolonged, prolonged: true };
  if ((open?.locks ?? 0) >= mostOpen) throw conflict(`There are ${mostOpen} locks in force already.`, "Lift some, or lock the workspace.");
  const id = newId();
  const [placed] = await tx
    .insert(lock)
    .values({ id, organizationId: ctx.organizationId, kind, target, workspaceId, name, byOrganization, until, receipt, ...words })
    .returning({ until: lock.until });
  return { id, until: placed?.until ?? null, prolonged: false };
}
