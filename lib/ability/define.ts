import { createMongoAbility, type ForcedSubject, type MongoAbility, type RawRuleOf } from "@casl/ability";
import { permissionsOf, resources, type AgentScope, type Permission, type Resource, type Role } from "./permissions";

/** What a permission is held on: nothing said means everywhere in the organization. */
export type Conditions = { workspaceId?: string; agentId?: string };
export type Ability = MongoAbility<[string, Resource | (Conditions & ForcedSubject<Resource>)], Conditions>;
type Rule = RawRuleOf<Ability>;

export type HeldGrant = { role: Role; workspaceId: string | null };

/**
 * The ability of a person: the sum of the roles that are in force now. Nothing is held on a workspace that is closed to them
 * (from where they are), by a role on the whole organization neither.
 */
export function abilityOfPerson(grants: readonly HeldGrant[], closed: readonly string[] = []): Ability {
  const open = grants.filter(({ workspaceId }) => workspaceId === null || !closed.includes(workspaceId));
  const rules = open.flatMap((grant) =>
    permissionsOf(grant.role).map((permission) => rule(permission, grant.workspaceId ? { workspaceId: grant.workspaceId } : undefined)),
  );
  const everything = Object.keys(resources) as Resource[];
  // The last rule that fits decides; "manage" is any action there is.
  const shut = closed.map((workspaceId): Rule => ({ inverted: true, action: "manage", subject: everything, conditions: { workspaceId } }));
  return createMongoAbility<Ability>([...rules, ...shut]);
}

/** The ability of an agent through one key: its scopes, on its own things only. */
export function abilityOfAgent(agentId: string, scopes: readonly AgentScope[]): Ability {
  return createMongoAbility<Ability>(scopes.map((scope) => rule(scope, { agentId })));
}

/** What a directory may do by its token: say who works here. Which roles that gives is what an admin mapped, and no permission of its own. */
export function abilityOfDirectory(): Ability {
  return abilityOfSystem(["users.view", "users.invite", "users.update_role", "users.remove"]);
}

/** System actors have an ability too: exactly what their job needs. */
export function abilityOfSystem(permissions: readonly Permission[]): Ability {
  return createMongoAbility<Ability>(permissions.map((permission) => rule(permission)));
}

function rule(permission: Permission, conditions?: Conditions): Rule {
  const [subject, action] = permission.split(".") as [Resource, string];
  return conditions ? { action, subject, conditions } : { action, subject };
}
