import type { Actor } from "@/lib/ctx/ctx";

export type Severity = "info" | "notice" | "warning" | "critical";

/** Every audit action with its usual severity. The one list; search filters and docs are made from it. */
export const auditActions = {
  "access.denied": "warning",
  "access.read": "info",
  "actions.cancelled": "info",
  "actions.completed": "info",
  "actions.decided": "info",
  "actions.grant_used": "info",
  "agents.created": "info",
  "agents.spawn_refused": "warning",
  "agents.status_changed": "notice",
  "agents.template_set": "warning",
  "agents.updated": "info",
  "approvals.cancelled": "info",
  "approvals.decided": "notice",
  "approvals.delegated": "notice",
  "approvals.delegation_ended": "notice",
  "approvals.escalated": "notice",
  "approvals.expired": "notice",
  "approvals.glass_broken": "critical",
  "approvals.requested": "info",
  "audit.archive_downloaded": "notice",
  "audit.archived": "info",
  "audit.event_read": "info",
  "audit.export_failed": "notice",
  "audit.export_started": "notice",
  "audit.exported": "notice",
  "audit.searched": "info",
  "audit.verified": "info",
  "audit.verification_failed": "critical",
  "budgets.alerted": "warning",
  "budgets.archived": "notice",
  "budgets.raised": "notice",
  "budgets.set": "notice",
  "directory.conflict_found": "warning",
  "directory.conflict_resolved": "notice",
  "directory.connected": "notice",
  "directory.disconnected": "notice",
  "directory.drift_found": "warning",
  "directory.group_created": "info",
  "directory.group_deleted": "notice",
  "directory.group_updated": "info",
  "directory.mapping_changed": "notice",
  "directory.roles_changed": "notice",
  "directory.sync_cancelled": "notice",
  "directory.sync_failed": "warning",
  "directory.sync_finished": "info",
  "directory.sync_held": "warning",
  "directory.sync_requested": "info",
  "directory.token_rotated": "notice",
  "directory.updated": "notice",
  "directory.user_created": "info",
  "directory.user_deleted": "notice",
  "directory.user_updated": "info",
  "egress.refused": "warning",
  "keys.created": "notice",
  "keys.revoked": "notice",
  "keys.refused": "warning",
  "leases.issued": "notice",
  "leases.revoked": "notice",
  "leases.used": "info",
  "locks.lifted": "notice",
  "locks.placed": "warning",
  "network.changed": "warning",
  "network.refused": "warning",
  "network.reset": "critical",
  "organization.created": "notice",
  "organization.updated": "notice",
  "people.absence_ended": "info",
  "people.absence_set": "info",
  "people.activated": "info",
  "people.email_changed": "notice",
  "people.email_requested": "notice",
  "people.factor_added": "notice",
  "people.factor_removed": "notice",
  "people.invitation_revoked": "notice",
  "people.invited": "notice",
  "people.password_changed": "notice",
  "people.reactivated": "notice",
  "people.readmitted": "notice",
  "people.recovery_codes_renewed": "notice",
  "people.removed": "notice",
  "people.reset_requested": "notice",
  "people.role_changed": "notice",
  "people.role_granted": "notice",
  "people.role_revoked": "notice",
  "people.suspended": "notice",
  "policies.published": "notice",
  "policies.updated": "notice",
  "projects.archived": "notice",
  "projects.created": "info",
  "requests.rejected": "notice",
  "runs.created": "info",
  "runs.dispatched": "info",
  "runs.file_read": "info",
  "runs.finished": "info",
  "runs.kill_requested": "notice",
  "runs.waiting": "warning",
  "runner.callback_refused": "critical",
  "reservations.expired": "notice",
  "security.changed": "warning",
  "sessions.browser_forgotten": "info",
  "sessions.browser_remembered": "notice",
  "sessions.code_not_sent": "warning",
  "sessions.code_sent": "info",
  "sessions.proof_refused": "warning",
  "sessions.proved": "info",
  "sessions.revoked": "notice",
  "sessions.second_step_asked": "info",
  "sessions.signed_in": "info",
  "sessions.signed_out": "info",
  "sessions.sign_in_refused": "warning",
  "sessions.sign_out_refused": "warning",
  "sso.connected": "notice",
  "sso.domain_added": "notice",
  "sso.domain_removed": "notice",
  "sso.domain_verified": "notice",
  "sso.enforced": "warning",
  "sso.enforcement_ended": "warning",
  "sso.identity_conflict_resolved": "warning",
  "sso.identity_tied": "notice",
  "sso.provider_changed": "warning",
  "sso.removed": "warning",
  "sso.test_started": "info",
  "sso.tested": "info",
  "sso.updated": "notice",
  "templates.archived": "notice",
  "templates.created": "notice",
  "views.deleted": "info",
  "views.saved": "info",
  "workspaces.archived": "notice",
  "workspaces.created": "notice",
} as const satisfies Record<string, Severity>;

export type AuditAction = keyof typeof auditActions;

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What a verb says happened. Details carry hashes and before/after values, never a secret or a payload. */
export type AuditEntry = {
  action: AuditAction;
  /** Who did it, where the context is not theirs yet: signing in, accepting an invitation. */
  by?: Actor;
  resource: { type: string; id: string; name: string; workspaceId?: string | null };
  details?: { [key: string]: Json };
  outcome?: "success" | "failure" | "blocked";
  severity?: Severity;
  /** Which approval allowed it, who gave it and under which policy version. */
  approval?: { id: string; required: boolean; by?: string | null; policyVersion?: number | null };
};

declare const noAuditBrand: unique symbol;
export type NoAudit = { readonly reason: string; readonly [noAuditBrand]: true };

/** For a write that is no event of its own (a cursor moved, a repeated delivery). The reason is for the reader. */
export function noAudit(reason: string): NoAudit {
  return { reason } as NoAudit;
}
