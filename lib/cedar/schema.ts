import { permissionTable, resources, type Role, roles } from "@/lib/ability/permissions";
import { actionGroups, type BoundaryAction, boundaryActions, resourcesOf } from "./boundary";

/** All types of entities and actions are in this namespace. */
export const namespace = "Countersign";

const places = `  // Where things are. A workspace is in its organization, a template in the workspace or organization that keeps it.
  entity Organization;
  entity Workspace in [Organization];
  entity Template in [Workspace, Organization];

  entity Person;
  entity Key;
  // kind: manager, writer, analyst, creative, researcher, coder, coordinator; level: strict, standard, trusted, isolated.
  entity Agent in [Workspace, Template] = { kind: String, level: String, owner: Person };
`;

const things = `
  // What agents touch. Names, hosts and addresses are in lower case; in names of tools and tables "/" is written ".".
  entity Tool = { name: String };
  entity Model = { name: String };
  entity Table = { name: String };
  // A path is in every folder above it: resource in Countersign::Path::"/finance".
  entity Path in [Path] = { path: String, folder: String, file: String };
  // A host is in every domain above it; parent is the host without its first label.
  entity Domain in [Domain] = { host: String, parent: String, port?: Long, scheme?: String };
  // kind: what it is sent by, as email, sms, chat; address: to whom; domain: what follows the @.
  entity Channel = { kind: String, address: String, domain: String };
  entity Command = { program: String, line: String };
  entity Stage = { name: String };
  entity Secret = { name: String };

  type Request = {
    // Whether a person has said yes to exactly this. A policy that asks a person: forbid … unless { context.approved }.
    approved: Bool,
    tool: String,
    // In lower case.
    operation: String,
    // LOW, MEDIUM, HIGH, CRITICAL, and the same as 1 to 4.
    risk: String,
    riskRank: Long,
    // Whole micro-units of the organization's currency: 1000000 is one unit.
    costMicros: Long,
    purposeGiven: Bool,
    // All in UTC: 0 to 23; 1 (Monday) to 7 (Sunday); 20261231.
    hour: Long,
    weekday: Long,
    date: Long,
    key: Key,
  };
`;

function boundaries(): string {
  const groups = Object.keys(actionGroups).map((group) => `  action ${group} in [boundary];`);
  const actions = boundaryActions.map(
    (action) => `  action ${action} in [${groupOf(action)}] appliesTo { principal: [Agent], resource: [${resourcesOf[action].join(", ")}], context: Request };`,
  );
  return ["", "  // What agents do. Every action is in boundary.", "  action boundary;", ...groups, ...actions, ""].join("\n");
}

/** The group right above an action. */
export function groupOf(action: BoundaryAction): string {
  const found = Object.entries(actionGroups).find(([, members]) => (members as readonly string[]).includes(action));
  return found?.[0] ?? "boundary";
}

/** The name of the action that stands for all that a role may do. */
export const roleAction = (role: Role) => `role.${role}`;

function permissions(): string {
  const groups = roles.map((role) => {
    const above = roles.filter((other) => permissionTable[other].includes.includes(role)).map((other) => JSON.stringify(roleAction(other)));
    return `  action "${roleAction(role)}"${above.length > 0 ? ` in [${above.join(", ")}]` : ""};`;
  });
  const actions = Object.entries(resources).flatMap(([resource, names]) =>
    names.map((name) => {
      const holders = roles.filter((role) => (permissionTable[role].grants[resource as keyof typeof resources] as readonly string[] | undefined)?.includes(name));
      const above = holders.map((role) => JSON.stringify(roleAction(role))).join(", ");
      return `  action "${resource}.${name}"${above ? ` in [${above}]` : ""} appliesTo { principal: [Person, Key], resource: [Organization, Workspace, Agent], context: Asked };`;
    }),
  );
  return ["", "  // What people and keys may do in the portal. A role is the group of its permissions and of the roles that it includes.", "  type Asked = { now: datetime };", ...groups, ...actions, ""].join("\n");
}

/**
 * What Cedar policies about agents are checked against. What people may do in the portal is no part of it, since such a policy
 * would be accepted and have no effect.
 */
export const agentSchema = `namespace ${namespace} {\n${places}${things}${boundaries()}}\n`;

/** What compiled roles are checked against. */
export const peopleSchema = `namespace ${namespace} {\n${places}${permissions()}}\n`;

/** The whole schema, as it is published. */
export const publishedSchema = `namespace ${namespace} {\n${places}${things}${boundaries()}${permissions()}}\n`;
