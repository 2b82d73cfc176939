import type { LockKind } from "@/db/schema/lock";
import { globs } from "@/lib/actions/globs";
import { AppError } from "@/lib/errors";
import { agentsAbove } from "@/lib/spawn/family";

/** A lock that is in force, as it was read from rows of `lock` in the transaction that acts. */
export type StandingLock = { kind: LockKind; target: string; message: string; until: string | Date | null; /** On an agent above the one that it stops. */ above?: boolean };

/** SQL: a row `l` of `lock` is in force, by the database's clock. */
export const inForce = "l.ended_at is null and (l.until is null or l.until > now())";

/**
 * SQL of a JSON list of the locks on what an agent does: on its key, itself, an agent above it, its workspace, and all on
 * tools there, which `lockOn` compares. `agent`: what that table is called around it; the others are SQL of ids, an approval
 * only where there is one.
 */
export function locksOn({ key, agent, approval }: { key: string; agent: string; approval?: string }): string {
  const workspace = `${agent}.workspace_id`;
  const targets = [`l.kind = 'key' and l.target = ${key}::text`, `l.kind = 'agent' and l.target = ${agent}.id::text`, `l.kind = 'workspace' and l.target = ${workspace}::text`];
  // Looked for only where some agent is locked: few organizations have locks, and few agents have any above them.
  targets.push(`l.kind = 'agent' and exists (select 1 from ${agentsAbove(agent)} where up.id::text = l.target)`);
  // Whichever it is: row-level security leaves the own organization's only.
  targets.push("l.kind = 'organization'");
  if (approval) targets.push(`l.kind = 'approval' and l.target = ${approval}::text`);
  return `(select coalesce(json_agg(json_build_object('kind', l.kind, 'target', l.target, 'message', l.message, 'until', l.until, 'above', l.kind = 'agent' and l.target <> ${agent}.id::text)), '[]')
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
export function lockMessage({ kind, message, until, above }: StandingLock): string {
  const end = until === null ? "until somebody lifts it" : `until ${new Date(until).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return `${above ? "An agent above this one" : subjects[kind]} is locked: ${message.replace(/[.\s]+$/, "")} (${end}).`;
}

/** The same for programs. */
export function lockDetail({ kind, message, until }: StandingLock): { kind: LockKind; message: string; until: string | null } {
  return { kind, message, until: until === null ? null : new Date(until).toISOString() };
}

export function locked(lock: StandingLock): AppError {
  return new AppError("locked", lockMessage(lock), { hint: lockedHint, extensions: { lock: lockDetail(lock) } });
}

export const lockedHint = "Ask who runs your organization; whoever placed the lock can lift it.";
