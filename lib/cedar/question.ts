import { dotted } from "@/lib/actions/globs";
import { riskClasses, type RiskClass } from "@/lib/actions/schemas";
import { actionGroups, type BoundaryAction, boundaryActions, type CedarBoundary } from "./boundary";
import { EntityRef, type EntityData, type Environment, type RecordValue } from "./closures";
import { groupOf, namespace } from "./schema";

/** What the policies are asked about one boundary of one action. Everything in it is known; nothing is looked up. */
export type Question = {
  agent: { id: string; kind: string; level: string; ownerId: string; organizationId: string; workspaceId: string; templateId: string | null };
  keyId: string;
  boundary: CedarBoundary;
  context: {
    /** Whether a person has said yes to exactly this action. */
    approved: boolean;
    /** As the agent named it. */
    tool: string;
    operation: string;
    risk: RiskClass;
    costMicros: number;
    purposeGiven: boolean;
    at: Date;
  };
};

/** Longest text of an agent's that policies are asked about. */
const longestText = 65_536;

const ref = (type: string, id: string) => new EntityRef(`${namespace}::${type}`, id);
const none: readonly EntityRef[] = [];
const noAttributes: RecordValue = {};

const groups = new Map<string, EntityData>(
  ["boundary", ...Object.keys(actionGroups)].map((group) => [group, { ref: ref("Action", group), attributes: noAttributes, ancestors: group === "boundary" ? none : [ref("Action", "boundary")] }]),
);
const actions = new Map<BoundaryAction, EntityData>(
  boundaryActions.map((action) => {
    const group = groupOf(action);
    const ancestors = group === "boundary" ? [ref("Action", group)] : [ref("Action", group), ref("Action", "boundary")];
    return [action, { ref: ref("Action", action), attributes: noAttributes, ancestors }];
  }),
);

/** @throws Error when something in the question is not as policies may be asked about it. */
export function environmentOf({ agent, keyId, boundary, context }: Question): Environment {
  const action = actions.get(boundary.action);
  if (!action) throw new Error("the action is not known");
  const rank = riskClasses.indexOf(context.risk);
  if (rank < 0 || !Number.isSafeInteger(context.costMicros)) throw new Error("the risk or the cost cannot be read");
  for (const text of [boundary.resource.id, context.tool, context.operation]) {
    if (text.length > longestText) throw new Error("a text of the request is too long");
  }
  const organization: EntityData = { ref: ref("Organization", agent.organizationId), attributes: noAttributes, ancestors: none };
  const workspace: EntityData = { ref: ref("Workspace", agent.workspaceId), attributes: noAttributes, ancestors: [organization.ref] };
  const template: EntityData | null = agent.templateId === null ? null : { ref: ref("Template", agent.templateId), attributes: noAttributes, ancestors: [organization.ref] };
  const owner = ref("Person", agent.ownerId);
  const principal: EntityData = {
    ref: ref("Agent", agent.id),
    attributes: { kind: agent.kind, level: agent.level, owner },
    ancestors: template ? [workspace.ref, template.ref, organization.ref] : [workspace.ref, organization.ref],
  };
  const { at } = context;
  return {
    principal,
    action,
    resource: resourceOf(boundary.resource, principal),
    context: {
      approved: context.approved,
      tool: dotted(context.tool),
      // Another spelling is no other operation.
      operation: context.operation.toLowerCase(),
      risk: context.risk,
      riskRank: rank + 1,
      costMicros: context.costMicros,
      purposeGiven: context.purposeGiven,
      hour: at.getUTCHours(),
      weekday: at.getUTCDay() || 7,
      date: at.getUTCFullYear() * 10_000 + (at.getUTCMonth() + 1) * 100 + at.getUTCDate(),
      key: ref("Key", keyId),
    },
    others: template ? [workspace, organization, template] : [workspace, organization],
    groups,
  };
}

/** The attributes that the schema has for it: those that can be read off the id, whatever is said of them. */
function resourceOf({ type, id: named, attributes = {} }: CedarBoundary["resource"], principal: EntityData): EntityData {
  // The agent chooses how it writes a name; a folder, a command and an id are what they are.
  const id = type === "Path" || type === "Command" || type === "Agent" ? named : named.toLowerCase();
  const text = (name: string) => {
    const said = attributes[name];
    if (typeof said === "string" && said.length > longestText) throw new Error("a text of the request is too long");
    return typeof said === "string" ? said : "";
  };
  const plain = (values: RecordValue, ancestors = none): EntityData => ({ ref: ref(type, id), attributes: values, ancestors });
  switch (type) {
    case "Tool":
    case "Table":
      return plain({ name: dotted(id) });
    case "Model":
    case "Stage":
    case "Secret":
      return plain({ name: id });
    case "Path": {
      const slash = id.lastIndexOf("/");
      return plain({ path: id, folder: id.slice(0, Math.max(slash, 0)) || (slash === 0 ? "/" : ""), file: id.slice(slash + 1) }, foldersAbove(id));
    }
    case "Domain": {
      const values: Record<string, RecordValue[string]> = { host: id, parent: parentOf(id) };
      if (Number.isSafeInteger(attributes.port)) values.port = attributes.port ?? 0;
      if (typeof attributes.scheme === "string") values.scheme = text("scheme");
      return plain(values, domainsAbove(id));
    }
    case "Channel":
      return plain({ kind: text("kind"), address: id, domain: id.includes("@") ? id.slice(id.lastIndexOf("@") + 1) : "" });
    case "Command":
      return plain({ program: text("program") || (id.trim().split(/\s/, 1)[0] ?? ""), line: id });
    case "Agent":
      // A child is of its parent's owner and place unless it is said that it is not.
      if (id === principal.ref.id) return principal;
      return plain({ kind: text("kind"), level: text("level"), owner: text("ownerId") ? ref("Person", text("ownerId")) : (principal.attributes.owner ?? "") }, principal.ancestors);
  }
}

/** More labels or folders than this are no place that anybody keeps things in. */
const mostAbove = 128;

function foldersAbove(path: string): EntityRef[] {
  const above: EntityRef[] = [];
  for (let end = path === "/" ? -1 : path.lastIndexOf("/"); end >= 0; end = end === 0 ? -1 : path.lastIndexOf("/", end - 1)) {
    if (above.length === mostAbove) throw new Error("the path is too deep");
    above.push(ref("Path", end === 0 ? "/" : path.slice(0, end)));
  }
  return above;
}

/** What stands after the first label; empty for an address and for a name of one label. */
function parentOf(host: string): string {
  if (/^[0-9.]+$|:/.test(host)) return "";
  const dot = host.indexOf(".");
  return dot < 0 ? "" : host.slice(dot + 1);
}

function domainsAbove(host: string): EntityRef[] {
  const above: EntityRef[] = [];
  for (let name = parentOf(host); name !== ""; name = parentOf(name)) {
    if (above.length === mostAbove) throw new Error("the name has too many labels");
    above.push(ref("Domain", name));
  }
  return above;
}
