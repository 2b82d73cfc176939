import type { LockKind } from "@/db/schema/lock";
import { globs } from "@/lib/actions/globs";
import { AppError } from "@/lib/errors";

/** A lock that is in force, as it was read from rows of `lock` in the transaction that acts. */
export type StandingLock = { kind: LockKind; target: string; message: string; until: string | Date | null };

/** SQL: a row `l` of `lock` is in force, by the database's clock. */
export const inForce = "l.ended_at is null and (l.until is null or l.until > now())";

/**
 * SQL of a JSON list of the locks on what an agent does: on its key, itself, its workspace, and all on tools there, which
 * `lockOn` compares. The parameters are SQL of the ids; an approval only where there is one.
 */
export function locksOn({ key, agent, workspace, approval }: { key: string; agent: string; workspace: string; approval?: string }): string {
  const targets = [`l.kind = 'key' and l.target = ${key}::text`, `l.kind = 'agent' and l.target = ${agent}::text`, `l.kind = 'workspace' and l.target = ${workspace}::text`];
  // Whichever it is: row-level security leaves the own organization's only.
  targets.push("l.kind = 'organization'");
  if (approval) targets.push(`l.kind = 'approval' and l.target = ${approval}::text`);
  return `(select coalesce(json_agg(json_build_object('kind', l.kind, 'target', l.target, 'message', l.message, 'until', l.until)), '[]')
    from lock l where ${inForce} and (${targets.join(" or ")} or l.kind = 'tool' and (l.workspace_id is null or l.workspace_id = ${workspace})))`;
}

/** The lock that stops the use of a tool: on the tool, or on whoever would use it. */
export function lockOn(locks: readonly StandingLock[], tool: string | null): StandingLock | null {
  return lockOnCaller(locks) ?? locks.find(({ kind, target }) => kind === "approval" || (tool !== null && globs([target])(tool))) ?? null;
}

/** The lock that stops an agent's calls, whatever it asks for. */
export function lockOnCaller(locks: readonly StandingLock[]): StandingLock | null {
  return locks.find(({ kind }) => kind === "key" || kind === "agent" || kind === "workspace" || kind === "organization") ?? null;
}

const subjects: Record<LockKind, string> = {
  person: "Your account",
  role: "Your role",
  device: "This browser",
  key: "This API key",
  agent: "This agent",
  tool: "This tool",
  workspace: "The agent's workspace",
  organization: "Every agent of your organization",
  approval: "This request",
};

/** What is locked, why, and until when, for whom it stops. */
export function lockMessage({ kind, message, until }: StandingLock): string {
  const end = until === null ? "until somebody lifts it" : `until ${new Date(until).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return `${subjects[kind]} is locked: ${message.replace(/[.\s]+$/, "")} (${end}).`;
}

/** The same for programs. */
export function lockDetail({ kind, message, until }: StandingLock): { kind: LockKind; message: string; until: string | null } {
  return { kind, message, until: until === null ? null : new Date(until).toISOString() };
}

export function locked(lock: StandingLock): AppError {
  return new AppError("locked", lockMessage(lock), { hint: lockedHint, extensions: { lock: lockDetail(lock) } });
}

export const lockedHint = "Ask who runs your organization; whoever placed the lock can lift it.";
