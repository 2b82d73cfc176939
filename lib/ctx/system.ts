import { abilityOfSystem } from "@/lib/ability/define";
import type { Permission } from "@/lib/ability/permissions";
import { newId } from "@/lib/id";
import type { Ctx, SystemName } from "./ctx";
import type { RequestInfo } from "./person";

/** What each part of the portal may do by itself, and no more. */
const systemPermissions: Record<SystemName, { name: string; permissions: readonly Permission[] }> = {
  runs: { name: "Run engine", permissions: ["runs.view", "runs.stop", "actions.view", "actions.report", "approvals.view", "budgets.view"] },
  agents: { name: "Agent clock", permissions: ["agents.update"] },
  runner: { name: "Sandbox runner", permissions: ["runs.view", "actions.report"] },
  approvals: { name: "Approval clock", permissions: ["approvals.view", "approvals.decide"] },
  budgets: { name: "Budget clock", permissions: ["budgets.view"] },
  chat: { name: "Notices in chat", permissions: ["settings.read", "approvals.view", "budgets.view"] },
  mail: { name: "Mail", permissions: ["settings.read"] },
  directories: { name: "Directory clock", permissions: ["settings.read"] },
  audit: { name: "Audit clock", permissions: ["audit.view"] },
  "sign-in": { name: "Sign-in", permissions: ["sessions.view"] },
  bootstrap: { name: "First start", permissions: ["users.invite", "users.update_role", "settings.update", "workspaces.create"] },
  demo: {
    name: "Demo data",
    permissions: [
      "users.invite", "users.update_role", "settings.update", "workspaces.create", "workspaces.manage_members", "agents.create",
      "agents.update", "agents.execute", "policies.update", "keys.create", "budgets.set", "budgets.view", "actions.submit",
    ],
  },
};

/** A context for work that no person or agent asked for directly. `cause` ties it to the request that led to it. */
export function systemCtx(system: SystemName, organizationId: string, cause: string | RequestInfo = newId()): Ctx {
  const { name, permissions } = systemPermissions[system];
  const info = typeof cause === "string" ? { requestId: cause, ip: null, userAgent: null } : cause;
  return {
    organizationId,
    actor: { kind: "system", id: system, name },
    ability: abilityOfSystem(permissions),
    ...info,
  };
}

/** The names of the parts of the portal, as they stand in events. */
export function systemActors(): { id: SystemName; name: string }[] {
  return (Object.keys(systemPermissions) as SystemName[]).map((id) => ({ id, name: systemPermissions[id].name }));
}
