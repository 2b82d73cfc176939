import { permissionTable, type Permission, type Role, roles } from "@/lib/ability/permissions";
import { attribute, entity, type Expr, joined, type PolicyJson, when } from "./policy-json";
import { roleAction } from "./schema";

/** A role that somebody holds on an organization or on one of its workspaces; `validUntil` null: without a last moment. */
export type RoleGrant = { role: Role; workspaceId: string | null; validFrom: Date | null; validUntil: Date | null };

/** Every role as a template: what is linked with a person and a place when it is given. */
export function compileRoles(): PolicyJson[] {
  return roles.map((role) => ({
    effect: "permit",
    principal: { op: "==", slot: "?principal" },
    action: { op: "in", entity: entity("Action", roleAction(role)) },
    resource: { op: "in", slot: "?resource" },
    conditions: [],
    annotations: { id: roleAction(role), message: `${permissionTable[role].label}: ${permissionTable[role].summary}` },
  }));
}

/**
 * What a person may do in the portal, as Cedar says it: a policy for each role that they hold, where and as long as they hold it,
 * and one for each workspace that is closed to them.
 */
export function compileGrants(personId: string, organizationId: string, grants: readonly RoleGrant[], closed: readonly string[] = []): PolicyJson[] {
  const principal: PolicyJson["principal"] = { op: "==", entity: entity("Person", personId) };
  const held = grants.map(
    ({ role, workspaceId, validFrom, validUntil }, at): PolicyJson => ({
      effect: "permit",
      principal,
      action: { op: "in", entity: entity("Action", roleAction(role)) },
      resource: { op: "in", entity: workspaceId === null ? entity("Organization", organizationId) : entity("Workspace", workspaceId) },
      conditions: within(validFrom, validUntil),
      annotations: { id: `${roleAction(role)}.${at + 1}`, message: permissionTable[role].label },
    }),
  );
  const shut = closed.map(
    (workspaceId): PolicyJson => ({
      effect: "forbid",
      principal,
      action: { op: "All" },
      resource: { op: "in", entity: entity("Workspace", workspaceId) },
      conditions: [],
      annotations: { id: `closed.${workspaceId}`, message: "This workspace is closed from where you are." },
    }),
  );
  return [...held, ...shut];
}

/** What an agent may do in the portal through one key: its scopes, on what is its own. */
export function compileScopes(keyId: string, agentId: string, scopes: readonly Permission[]): PolicyJson[] {
  return scopes.map((scope) => ({
    effect: "permit",
    principal: { op: "==", entity: entity("Key", keyId) },
    action: { op: "==", entity: entity("Action", scope) },
    resource: { op: "in", entity: entity("Agent", agentId) },
    conditions: [],
    annotations: { id: `scope.${scope}` },
  }));
}

function within(from: Date | null, until: Date | null): PolicyJson["conditions"] {
  const now = attribute("context", "now");
  const bounds = [...(from ? [{ ">=": { left: now, right: instant(from) } }] : []), ...(until ? [{ "<": { left: now, right: instant(until) } }] : [])];
  return bounds.length > 0 ? [when(joined("&&", bounds))] : [];
}

const instant = (at: Date): Expr => ({ datetime: [{ Value: at.toISOString() }] });
