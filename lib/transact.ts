import { eq, sql } from "drizzle-orm";
import { person, session } from "@/db/schema/people";
import { isDeadlock } from "@/db/error";
import { commitWith, inTenant, type LockTurn, prepared, type Statement, type Tx } from "@/db/tenant";
import { askedIn } from "./ability/authorize";
import { tellCommitted } from "./after-commit";
import type { AuditEntry, NoAudit } from "./audit/actions";
import { appendAudit, appendStatement, auditBody } from "./audit/append";
import { readEvent } from "./audit/reads";
import { recordEvent } from "./audit/record";
import type { Ctx } from "./ctx/ctx";
import { database } from "./database";
import { AppError, conflict } from "./errors";
import { faultPointOf, faultsAreTested } from "./fault-point";
import type { JobEvent } from "./jobs/events";
import { enqueueStatements, sendCommitted, withIds, type OutboxEvent } from "./jobs/outbox";
import { log } from "./log";

/** What a verb gives back: its value, what happened, and what must follow. `audit` cannot be forgotten. */
export type Change<T> = {
  value: T;
  audit: AuditEntry | readonly AuditEntry[] | NoAudit;
  send?: readonly JobEvent[];
};

const mostTries = 3;

/**
 * The only door to a write: one transaction with the tenant set, the rows, the audit events and the job events. `work`
 * runs again when Postgres undid it because it and another waited for each other, so it does nothing outside of `tx`. `turn`: see `inTenant`.
 * @throws AppError as thrown by `work`; a `forbidden` is recorded as a denial in a transaction of its own.
 * @throws Error when `work` ended without asking `authorize`.
 */
export async function transact<T>(ctx: Ctx, work: (tx: Tx) => Promise<Change<T>>, { turn }: { turn?: LockTurn } = {}): Promise<T> {
  let events: readonly OutboxEvent[] = [];
  let audit: Change<T>["audit"] | undefined;
  let written: Tx | undefined;
  const attempt = () =>
    inTenant(database(), ctx.organizationId, async (tx) => {
      await requireCurrentAccess(tx, ctx);
      const change = await work(tx);
      requireChecked(tx);
      events = withIds(change.send ?? []);
      const bodies = entriesOf(change.audit).map((entry) => auditBody(ctx, entry));
      await commitLast(tx, [...enqueueStatements(ctx.organizationId, events), ...(bodies.length > 0 ? [appendStatement(bodies)] : [])], change.audit);
      audit = change.audit;
      written = tx;
      return change.value;
    }, { turn });
  const value = await guarded(ctx, () => againOnDeadlock(attempt));
  if (written) tellCommitted(written);
  if (audit) await faultPointOf("committed", audit);
  if (events.length > 0) sendCommitted(ctx.organizationId, events);
  return value;
}

/** A deadlock is nobody's fault, and what is done again sees what the other left. */
async function againOnDeadlock<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === mostTries || !isDeadlock(error)) throw error;
    }
  }
}

/** What ends every change goes to the database together with the commit. */
async function commitLast(tx: Tx, statements: readonly Statement[], audit: Change<unknown>["audit"]): Promise<void> {
  if (!faultsAreTested) return statements.length > 0 ? commitWith(tx, statements) : undefined;
  for (const statement of statements) await prepared(tx, statement);
  await faultPointOf("written", audit);
}

/** The door to reading. As `transact`, it refuses to end when nobody asked whether the caller may. */
export async function read<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
  return guarded(ctx, () =>
    inTenant(database(), ctx.organizationId, async (tx) => {
      const value = await work(tx);
      requireChecked(tx);
      const seen = readEvent(ctx, askedIn(tx) ?? new Set());
      if (seen) await appendAudit(tx, [auditBody(ctx, seen)]);
      return value;
    }),
  );
}

function entriesOf(audit: Change<unknown>["audit"]): readonly AuditEntry[] {
  if ("reason" in audit) return [];
  return Array.isArray(audit) ? (audit as readonly AuditEntry[]) : [audit as AuditEntry];
}

function requireChecked(tx: Tx): void {
  if (!askedIn(tx)) throw new Error("a verb ended without authorize(); nothing was written");
}

/** A context is minutes old at the most, but access may have been taken away since: then it may not write. */
async function requireCurrentAccess(tx: Tx, ctx: Ctx): Promise<void> {
  if (ctx.actor.kind !== "person") return;
  if (ctx.chat) return requireCurrentPerson(tx, ctx.actor);
  const [row] = await tx
    .select({ version: person.accessVersion, status: person.status, revokedAt: session.revokedAt, now: sql`now()`.mapWith(session.lastSeenAt) })
    .from(person)
    .innerJoin(session, eq(session.personId, person.id))
    .where(eq(session.id, ctx.actor.sessionId))
    .for("share", { of: person });
  if (!row || row.revokedAt || row.status !== "active") {
    throw new AppError("unauthenticated", "This session has ended.", { hint: "Sign in again." });
  }
  // A role that ends by its last day ends without anybody changing anything.
  const aRoleEnded = ctx.actor.roles.some(({ validUntil }) => validUntil !== null && validUntil <= row.now);
  if (aRoleEnded || row.version !== ctx.actor.accessVersion) {
    throw conflict("Your access changed while this page was open.", "Load the page again and repeat what you still may do.");
  }
}

/** The same for who has no session: they came by a chat. */
async function requireCurrentPerson(tx: Tx, { id, accessVersion }: { id: string; accessVersion: number }): Promise<void> {
  const [row] = await tx.select({ version: person.accessVersion, status: person.status }).from(person).where(eq(person.id, id)).for("share");
  if (row?.status !== "active" || row.version !== accessVersion) throw conflict("Your access changed at this very moment.", "Repeat what you still may do.");
}

async function guarded<T>(ctx: Ctx, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError && error.code === "forbidden") await recordDenial(ctx, error);
    // Again and again two transactions waited for each other: Postgres undid this one.
    if (isDeadlock(error)) {
      throw new AppError("conflict", "Somebody changed the same thing at the same moment.", { hint: "Load the page again and see what is left to do.", cause: error });
    }
    throw error;
  }
}

async function recordDenial(ctx: Ctx, error: AppError): Promise<void> {
  const permission = String(error.extensions.permission ?? "unknown");
  const denied: AuditEntry = {
    action: "access.denied",
    resource: { type: "permission", id: permission, name: permission },
    details: { message: error.message },
    outcome: "blocked",
  };
  try {
    await recordEvent(ctx, denied);
  } catch (cause) {
    // The refusal stands either way, but a denial that cannot be recorded must not pass unseen.
    log.error({ err: cause, requestId: ctx.requestId, permission }, "a denial could not be recorded");
    throw new AppError("unavailable", "The request was refused, and the refusal could not be recorded.", {
      hint: "Try again in a moment.",
      cause,
    });
  }
}
