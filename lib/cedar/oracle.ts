import type { Cedar } from "./wasm";
import { type EntityData, EntityRef, type Environment, type Value } from "./closures";
import type { CompiledPolicy } from "./compiled";
import type { PolicyJson } from "./policy-json";
import { withCedar } from "./wasm";

type Call = Parameters<Cedar["isAuthorized"]>[0];
type Answer = ReturnType<Cedar["isAuthorized"]>;

/** What decided: the places of the policies in their list. */
export type Determined = { decision: "allow" | "deny"; reasons: number[]; failed: boolean };

/** The same by the closures, every policy asked. */
export function determine(policies: readonly Pick<CompiledPolicy, "effect" | "actions" | "inScope" | "holds">[], environment: Environment): Determined {
  const held: number[] = [];
  let failed = false;
  policies.forEach((policy, at) => {
    try {
      if (actionsOf(policy).has(environment.action.ref.id) && policy.inScope(environment) && policy.holds(environment)) held.push(at);
    } catch {
      failed = true;
    }
  });
  const forbids = held.filter((at) => policies[at]?.effect === "forbid");
  const decision = forbids.length === 0 && held.length > 0 ? "allow" : "deny";
  return { decision, reasons: decision === "allow" ? held : forbids, failed };
}

const actionsOf = ({ actions }: Pick<CompiledPolicy, "actions">): ReadonlySet<string> => actions;

/** The same by Cedar itself. @throws Error when it gives no answer. */
export function determineByCedar(policies: readonly PolicyJson[], environment: Environment): Determined {
  const staticPolicies = Object.fromEntries(policies.map((policy, at) => [`${at}`, policy]));
  return readAnswer(withCedar((cedar) => cedar.isAuthorized({ ...callOf(environment), policies: { staticPolicies } })));
}

/** @throws Error when it is none. */
export function readAnswer(answer: Answer): Determined {
  if (answer.type === "failure") throw new Error(answer.errors[0]?.message ?? "Cedar gave no answer");
  const { decision, diagnostics } = answer.response;
  return { decision, reasons: diagnostics.reason.map((id) => Number(id.replace(/\D/g, ""))).sort((one, other) => one - other), failed: diagnostics.errors.length > 0 };
}

export function sameDetermined(one: Determined, other: Determined): boolean {
  // With an error the answer is no anyway, and which policies hold beside it makes no difference.
  if (one.failed || other.failed) return one.failed === other.failed;
  return one.decision === other.decision && one.reasons.length === other.reasons.length && one.reasons.every((reason, at) => reason === other.reasons[at]);
}

export type CedarCall = Omit<Call, "policies">;

/** What Cedar is asked for the same environment. */
export function callOf(environment: Environment): CedarCall {
  const { principal, action, resource, context, others, groups } = environment;
  const known = new Map([...others, ...groups.values(), action, resource, principal].map((each) => [`${each.ref.type} ${each.ref.id}`, each]));
  return { principal: { ...principal.ref }, action: { ...action.ref }, resource: { ...resource.ref }, context: recordOf(context), entities: [...known.values()].map(entityOf) };
}

function entityOf({ ref, attributes, ancestors }: EntityData): Call["entities"][number] {
  return { uid: { ...ref }, attrs: recordOf(attributes), parents: ancestors.map((each) => ({ ...each })) };
}

type Json = Call["context"][string];

function recordOf(record: Environment["context"] | EntityData["attributes"]): Record<string, Json> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, jsonOf(value)]));
}

function jsonOf(value: Value): Json {
  if (typeof value !== "object") return value;
  if (value instanceof EntityRef) return { __entity: { type: value.type, id: value.id } };
  return Array.isArray(value) ? value.map(jsonOf) : recordOf(value as EntityData["attributes"]);
}
