/** Every permission there is: resource → actions. */
export const resources = {
  agents: ["create", "read", "update", "delete", "execute", "approve"],
  actions: ["submit", "view", "report", "cancel"],
  runs: ["view", "stop"],
  approvals: ["view", "request", "decide"],
  policies: ["view", "update"],
  documents: ["create", "read", "update", "delete", "share"],
  memory: ["read", "write", "delete"],
  workspaces: ["create", "read", "update", "delete", "manage_members"],
  users: ["view", "invite", "remove", "update_role"],
  sessions: ["view", "revoke"],
  keys: ["view", "create", "rotate", "revoke"],
  secrets: ["view", "create", "update", "delete"],
  budgets: ["view", "set", "override"],
  audit: ["view", "export"],
  compliance: ["view", "manage"],
  settings: ["read", "update"],
  platform: ["view", "manage"],
} as const;

export type Resource = keyof typeof resources;
export type ActionOf<R extends Resource> = (typeof resources)[R][number];
/** `resource.action`, as shown to people and stored in scopes. */
export type Permission = { [R in Resource]: `${R}.${ActionOf<R>}` }[Resource];

type Grants = { readonly [R in Resource]?: readonly ActionOf<R>[] };

export const roles = [
  "super_admin",
  "organization_admin",
  "workspace_admin",
  "agent_manager",
  "user_manager",
  "billing_admin",
  "supervisor",
  "auditor",
  "viewer",
] as const;
export type Role = (typeof roles)[number];

type RoleDefinition = {
  label: string;
  /** One sentence for the page where roles are given. */
  summary: string;
  /** Roles whose permissions it has as well. */
  includes: readonly Role[];
  grants: Grants;
  /** Where it can be given. */
  scopes: readonly ("organization" | "workspace")[];
  /** A last day is required. */
  timeLimited: boolean;
};

/** THE table: which role may do what. Pages, server and tests read this one. */
export const permissionTable: Record<Role, RoleDefinition> = {
  super_admin: {
    label: "Super admin",
    summary: "Runs the installation, and everything an organization admin may do.",
    includes: ["organization_admin"],
    grants: { platform: ["view", "manage"] },
    scopes: ["organization"],
    timeLimited: false,
  },
  organization_admin: {
    label: "Organization admin",
    summary: "Everything in the organization: people, agents, policies, budgets, settings.",
    includes: ["workspace_admin", "billing_admin", "supervisor", "auditor"],
    grants: { workspaces: ["create", "delete"], settings: ["update"], sessions: ["revoke"], compliance: ["manage"] },
    scopes: ["organization"],
    timeLimited: false,
  },
  workspace_admin: {
    label: "Workspace admin",
    summary: "Runs one workspace: its members, agents, policies, keys and secrets.",
    includes: ["agent_manager", "user_manager"],
    grants: {
      workspaces: ["update", "manage_members"],
      secrets: ["view", "create", "update", "delete"],
      settings: ["read"],
      memory: ["delete"],
      budgets: ["view"],
      audit: ["view"],
    },
    scopes: ["organization", "workspace"],
    timeLimited: false,
  },
  agent_manager: {
    label: "Agent manager",
    summary: "Creates and configures agents, their policies and keys, and may stop their runs.",
    includes: ["viewer"],
    grants: {
      agents: ["create", "update", "delete", "execute"],
      actions: ["submit", "report", "cancel"],
      runs: ["stop"],
      policies: ["update"],
      keys: ["view", "create", "rotate", "revoke"],
      approvals: ["request"],
      memory: ["read", "write"],
      documents: ["create", "update", "delete", "share"],
      budgets: ["view"],
    },
    scopes: ["organization", "workspace"],
    timeLimited: false,
  },
  user_manager: {
    label: "User manager",
    summary: "Invites and removes people, and gives roles up to their own.",
    includes: ["viewer"],
    grants: { users: ["view", "invite", "remove", "update_role"], sessions: ["view"], workspaces: ["manage_members"] },
    scopes: ["organization", "workspace"],
    timeLimited: false,
  },
  billing_admin: {
    label: "Billing admin",
    summary: "Sets budgets, watches cost, and decides requests for more money.",
    includes: [],
    grants: {
      budgets: ["view", "set", "override"],
      approvals: ["view", "request"],
      workspaces: ["read"],
      agents: ["read"],
      runs: ["view"],
      actions: ["view"],
    },
    scopes: ["organization"],
    timeLimited: false,
  },
  supervisor: {
    label: "Supervisor",
    summary: "Decides what agents ask to do, and may stop their runs.",
    includes: [],
    grants: {
      approvals: ["view", "decide", "request"],
      agents: ["read", "approve"],
      actions: ["view"],
      runs: ["view", "stop"],
      policies: ["view"],
      budgets: ["view"],
      workspaces: ["read"],
    },
    scopes: ["organization", "workspace"],
    timeLimited: false,
  },
  auditor: {
    label: "Auditor",
    summary: "Reads everything, changes nothing, exports evidence, and ends on a set day.",
    includes: [],
    grants: {
      audit: ["view", "export"],
      agents: ["read"],
      actions: ["view"],
      runs: ["view"],
      approvals: ["view"],
      policies: ["view"],
      budgets: ["view"],
      users: ["view"],
      sessions: ["view"],
      keys: ["view"],
      workspaces: ["read"],
      settings: ["read"],
      compliance: ["view"],
    },
    scopes: ["organization"],
    timeLimited: true,
  },
  viewer: {
    label: "Viewer",
    summary: "Sees agents, their actions and runs.",
    includes: [],
    grants: {
      agents: ["read"],
      actions: ["view"],
      runs: ["view"],
      policies: ["view"],
      documents: ["read"],
      workspaces: ["read"],
    },
    scopes: ["organization", "workspace"],
    timeLimited: false,
  },
};

/** All permissions of a role, inherited ones included, sorted. */
export function permissionsOf(role: Role): Permission[] {
  const found = new Set<Permission>();
  const collect = (name: Role): void => {
    const { grants, includes } = permissionTable[name];
    for (const [resource, actions] of Object.entries(grants)) {
      for (const action of actions) found.add(`${resource}.${action}` as Permission);
    }
    includes.forEach(collect);
  };
  collect(role);
  return [...found].sort();
}

/** What an API key of an agent may be scoped to. */
export const agentScopes = ["actions.submit", "actions.view", "actions.report", "actions.cancel", "runs.view", "approvals.request"] as const satisfies readonly Permission[];
export type AgentScope = (typeof agentScopes)[number];

export function isRole(value: string): value is Role {
  return (roles as readonly string[]).includes(value);
}
