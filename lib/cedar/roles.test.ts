import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { may } from "@/lib/ability/authorize";
import { abilityOfAgent, abilityOfPerson } from "@/lib/ability/define";
import { type ActionOf, agentScopes, permissionsOf, permissionTable, type Permission, type Resource, resources, type Role, roles } from "@/lib/ability/permissions";
import { compileGrants, compileRoles, compileScopes, type RoleGrant } from "./compile-roles";
import { entity, type PolicyJson } from "./policy-json";
import { policyText } from "./policy-text";
import { peopleSchema } from "./schema";
import { type Cedar, withCedar } from "./wasm";

type Uid = { type: string; id: string };
const uid = (type: string, id: string) => entity(type, id) as Uid;
const parents: Record<string, Uid[]> = {
  "Organization ours": [], "Organization theirs": [],
  "Workspace here": [uid("Organization", "ours")], "Workspace there": [uid("Organization", "ours")], "Workspace foreign": [uid("Organization", "theirs")],
  "Agent worker": [uid("Workspace", "here")], "Agent other": [uid("Workspace", "there")], "Agent stranger": [uid("Workspace", "foreign")],
};
const owner = { __entity: uid("Person", "owner") };
const things = Object.entries(parents).map(([key, above]) => {
  const [type = "", id = ""] = key.split(" ");
  return { uid: uid(type, id), attrs: type === "Agent" ? { kind: "coder", level: "strict", owner } : {}, parents: above };
});

type Place = { resource: Uid; tenant: "ours" | "theirs"; target: { workspaceId: string | null; agentId?: string } };
const places: Place[] = [
  { resource: uid("Organization", "ours"), tenant: "ours", target: { workspaceId: null } },
  { resource: uid("Workspace", "here"), tenant: "ours", target: { workspaceId: "here" } },
  { resource: uid("Workspace", "there"), tenant: "ours", target: { workspaceId: "there" } },
  { resource: uid("Agent", "worker"), tenant: "ours", target: { workspaceId: "here", agentId: "worker" } },
  { resource: uid("Agent", "other"), tenant: "ours", target: { workspaceId: "there", agentId: "other" } },
  { resource: uid("Organization", "theirs"), tenant: "theirs", target: { workspaceId: null } },
  { resource: uid("Workspace", "foreign"), tenant: "theirs", target: { workspaceId: "foreign" } },
  { resource: uid("Agent", "stranger"), tenant: "theirs", target: { workspaceId: "foreign", agentId: "stranger" } },
];

const permissions = Object.entries(resources).flatMap(([resource, actions]) => actions.map((action) => `${resource}.${action}` as Permission));
const actionEntities = withCedar((cedar) => {
  const schema = cedar.schemaToJson(peopleSchema);
  if (schema.type === "failure") throw new Error("the schema cannot be read");
  return Object.entries(schema.json.Countersign?.actions ?? {}).map(([id, { memberOf }]) => ({ uid: uid("Action", id), attrs: {}, parents: (memberOf ?? []).map((group) => uid("Action", group.id)) }));
});

/** Which permissions Cedar gives on each place. */
function cedarSays(policies: readonly PolicyJson[], principal: Uid, now: Date, wanted: readonly Permission[], at: readonly Place[] = places): Record<string, string[]> {
  return withCedar((cedar) => {
    const name = "roles";
    const parsed = cedar.preparsePolicySet(name, { staticPolicies: Object.fromEntries(policies.map((policy, place) => [`${place}`, policy])) });
    if (parsed.type === "failure") throw new Error(parsed.errors[0]?.message);
    return Object.fromEntries(at.map(({ resource }) => [resource.id, wanted.filter((permission) => allows(cedar, { name, principal, permission, resource, now }))]));
  });
}

function allows(cedar: Cedar, asked: { name: string; principal: Uid; permission: Permission; resource: Uid; now: Date }): boolean {
  const answer = cedar.statefulIsAuthorized({
    principal: asked.principal,
    action: uid("Action", asked.permission),
    resource: asked.resource,
    context: { now: { __extn: { fn: "datetime", arg: asked.now.toISOString() } } },
    preparsedPolicySetId: asked.name,
    entities: [...things, ...actionEntities],
  });
  if (answer.type === "failure" || answer.response.diagnostics.errors.length > 0) throw new Error(JSON.stringify(answer));
  return answer.response.decision === "allow";
}

/** The same by CASL; what is another tenant's is not found, whatever is held here. */
function caslSays(ability: ReturnType<typeof abilityOfPerson>, wanted: readonly Permission[], at: readonly Place[] = places): Record<string, string[]> {
  return Object.fromEntries(
    at.map(({ resource: { id }, tenant, target }) => [
      id,
      wanted.filter((permission) => {
        const [resource, action] = permission.split(".") as [Resource, ActionOf<Resource>];
        return tenant === "ours" && may({ ability }, resource, action, target);
      }),
    ]),
  );
}

const now = new Date("2026-11-22T12:00:00Z");
const day = 86_400_000;
const at = (days: number) => new Date(now.getTime() + days * day);
const inForce = ({ validFrom, validUntil }: RoleGrant) => (validFrom === null || validFrom <= now) && (validUntil === null || validUntil > now);
const ours = (role: Role, workspaceId: string | null): RoleGrant => ({ role, workspaceId, validFrom: null, validUntil: null });
const person = uid("Person", "somebody");

describe("CASL and the compiled Cedar agree", () => {
  const held = roles.flatMap((role) => permissionTable[role].scopes.map((scope) => [role, scope] as const));

  it.each(held)("on every permission and place for %s of the %s", (role, scope) => {
    const grants = [ours(role, scope === "organization" ? null : "here")];
    const found = cedarSays(compileGrants("somebody", "ours", grants), person, now, permissions);
    expect(found).toEqual(caslSays(abilityOfPerson(grants), permissions));
    expect(found.here).toEqual(permissions.filter((permission) => permissionsOf(role).includes(permission)));
  });

  it("on several roles at several places, with their first and last moments and closed workspaces", () => {
    const moment = fc.constantFrom(null, ...[-2, -1, 0, 1, 2].map(at));
    const grant = fc.record({ role: fc.constantFrom(...roles), workspaceId: fc.constantFrom(null, "here", "there"), validFrom: moment, validUntil: moment });
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 4 }), fc.subarray(["here", "there"]), fc.subarray(permissions, { minLength: 4, maxLength: 4 }), (grants, closed, wanted) => {
        const casl = caslSays(abilityOfPerson(grants.filter(inForce), closed), wanted);
        expect(cedarSays(compileGrants("somebody", "ours", grants, closed), person, now, wanted)).toEqual(casl);
      }),
      { numRuns: 60 },
    );
  });

  it("on the scopes of a key, and on nobody else", () => {
    const own = places.filter(({ tenant }) => tenant === "ours");
    fc.assert(
      fc.property(fc.subarray([...agentScopes]), (scopes) => {
        const policies = compileScopes("k", "worker", scopes);
        expect(cedarSays(policies, uid("Key", "k"), now, permissions, own.slice(2, 4))).toEqual(caslSays(abilityOfAgent("worker", scopes), permissions, own.slice(2, 4)));
        expect(Object.values(cedarSays(policies, uid("Key", "other"), now, [...agentScopes], own)).flat()).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });
});

describe("compiled roles", () => {
  it("fit the schema, strictly, and can be read", () => {
    const grants = roles.map((role, place): RoleGrant => ({ role, workspaceId: place % 2 ? null : "here", validFrom: now, validUntil: at(1) }));
    const policies = [...compileGrants("somebody", "ours", grants, ["there"]), ...compileScopes("k", "worker", agentScopes)];
    const problems = withCedar((cedar) => cedar.validate({ schema: peopleSchema, policies: { staticPolicies: policyText(policies) }, validationSettings: { mode: "strict" } }));
    expect(problems).toMatchObject({ type: "success", validationErrors: [] });
    const text = policyText([...compileRoles(), ...policies]);
    expect(text).toContain(`permit (\n  principal == ?principal,\n  action in Countersign::Action::"role.auditor",\n  resource in ?resource\n);`);
    expect(text).toContain(`context.now < datetime("2026-11-23T12:00:00.000Z")`);
  });
});
