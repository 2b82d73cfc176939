import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BoundaryAction, boundaryActions, resourcesOf } from "./boundary";
import { compilePolicy } from "./compiled";
import { compileLevels } from "./compile-levels";
import { determine, determineByCedar, sameDetermined } from "./oracle";
import { type Expr, matching, type PolicyJson } from "./policy-json";
import { environmentOf, type Question } from "./question";
import { question } from "./testing";

const entities = ["Agent a-1", "Agent a-2", "Workspace w-1", "Organization o-1", "Template t-1", "Person p-1", "Key k-1", "Path /data", "Domain example.com", "Action boundary", "Action file", "Action network"];
const entity = fc.constantFrom(...entities).map((each) => {
  const [type = "", id = ""] = each.split(" ");
  return { type: `Countersign::${type}`, id };
});
const words = fc.constantFrom("", "a", "crm.read", "CRM", "a*b", "example.com", "ü💥", "level", "x\\y\"z");

/** Expressions of each kind of value, now and then of another, so that errors are compared too. */
const { bool } = fc.letrec<Record<"bool" | "long" | "text" | "set" | "ref" | "record" | "any", Expr>>((tie) => {
  const two = (form: string, left: fc.Arbitrary<Expr>, right: fc.Arbitrary<Expr>) => fc.record({ left, right }).map((body) => ({ [form]: body }) as unknown as Expr);
  const read = (of: string, ...names: string[]) => fc.constantFrom(...names).map((attr): Expr => ({ ".": { left: { Var: of as "context" }, attr } }));
  const value = (of: fc.Arbitrary<string | number | boolean>) => of.map((Value): Expr => ({ Value }));
  const choose = (rare: fc.Arbitrary<Expr>, ...usual: fc.Arbitrary<Expr>[]) => fc.oneof({ maxDepth: 4, withCrossShrink: true }, ...usual.map((arbitrary) => ({ arbitrary, weight: 5 })), { arbitrary: rare, weight: 1 });
  const [bools, longs, texts, sets, refs, any] = [tie("bool"), tie("long"), tie("text"), tie("set"), tie("ref"), tie("any")];
  return {
    any: fc.oneof({ maxDepth: 3 }, value(fc.boolean()), bools, longs, texts, sets, refs, tie("record")),
    bool: choose(
      any,
      value(fc.boolean()),
      read("context", "approved", "purposeGiven"),
      two("&&", bools, bools),
      two("||", bools, bools),
      bools.map((arg): Expr => ({ "!": { arg } })),
      two("==", any, any),
      two("!=", texts, texts),
      fc.constantFrom("<", "<=", ">", ">=").chain((form) => two(form, longs, longs)),
      fc.record({ left: texts, glob: fc.stringMatching(/^[a*.b]{0,5}\*$/) }).map(({ left, glob }) => matching(left, glob)),
      two("in", refs, fc.oneof(refs, sets)),
      fc.record({ left: refs, entity_type: fc.constantFrom("Countersign::Agent", "Countersign::Path", "Other"), in: fc.option(refs, { nil: undefined }) }).map((body): Expr => ({ is: body.in ? { ...body, in: body.in } : { left: body.left, entity_type: body.entity_type } })),
      fc.record({ left: fc.oneof(refs, tie("record")), attr: fc.constantFrom("level", "a", "host", "nothing").map((name) => [name] as [string]) }).map((has): Expr => ({ has })),
      fc.constantFrom("contains", "containsAll", "containsAny").chain((form) => two(form, sets, form === "contains" ? any : sets)),
      sets.map((arg): Expr => ({ isEmpty: { arg } })),
      fc.tuple(bools, bools, bools).map((parts) => ({ "if-then-else": Object.fromEntries(["if", "then", "else"].map((name, at) => [name, parts[at]])) }) as unknown as Expr),
    ),
    long: choose(
      any,
      value(fc.integer({ min: -5, max: 30 })),
      value(fc.constantFrom(0, 20261122, 4_000_000_000)),
      read("context", "costMicros", "riskRank", "hour", "weekday", "date"),
      fc.constantFrom("+", "-", "*").chain((form) => two(form, value(fc.integer({ min: -9, max: 9 })), longs)),
      longs.map((arg): Expr => ({ neg: { arg } })),
    ),
    text: choose(any, value(words), read("context", "tool", "operation", "risk"), read("principal", "level", "kind"), read("resource", "name", "host", "parent", "path")),
    set: choose(any, fc.array(any, { maxLength: 4 }).map((Set): Expr => ({ Set })), fc.array(value(words), { maxLength: 12 }).map((Set): Expr => ({ Set })), fc.array(refs, { maxLength: 3 }).map((Set): Expr => ({ Set }))),
    ref: choose(any, entity.map((__entity): Expr => ({ Value: { __entity } })), fc.constantFrom("principal", "action", "resource").map((Var): Expr => ({ Var: Var as "action" })), read("principal", "owner"), read("context", "key")),
    record: fc.dictionary(fc.constantFrom("a", "b", "level"), any, { maxKeys: 2 }).map((Record): Expr => ({ Record })),
  };
});

const scope = fc.oneof(
  { arbitrary: fc.constant({ op: "All" } as const), weight: 6 },
  fc.record({ op: fc.constantFrom("==", "in"), entity }) as fc.Arbitrary<PolicyJson["principal"] & PolicyJson["resource"]>,
  fc.record({ op: fc.constant("is" as const), entity_type: fc.constantFrom("Countersign::Agent", "Countersign::Tool", "Countersign::Path"), in: fc.option(fc.record({ entity }), { nil: undefined }) }).map(({ in: above, ...is }) => (above ? { ...is, in: above } : is)),
);
const actionId = fc.constantFrom(...boundaryActions, "boundary", "file", "child").map((id) => ({ type: "Countersign::Action", id }));
const action = fc.oneof({ arbitrary: fc.constant({ op: "All" } as const), weight: 4 }, fc.record({ op: fc.constant("==" as const), entity: actionId }), fc.record({ op: fc.constant("in" as const), entity: actionId }), fc.record({ op: fc.constant("in" as const), entities: fc.array(actionId, { maxLength: 3 }) }));
const policy: fc.Arbitrary<PolicyJson> = fc.record({
  effect: fc.constantFrom("permit", "forbid"),
  principal: scope,
  action,
  resource: scope,
  conditions: fc.array(fc.record({ kind: fc.constantFrom("when", "unless"), body: bool }), { maxLength: 2 }),
});

const asked: fc.Arbitrary<Question> = fc
  .record({
    action: fc.constantFrom(...boundaryActions),
    which: fc.nat({ max: 2 }),
    id: fc.constantFrom("crm.read", "/data/a/b", "/", "data", "a.b.example.com", "10.0.0.1", "x@example.com", "a-1", "git push -f", ""),
    tool: fc.constantFrom("crm.read", "crm/read", "a", "mail:send"),
    approved: fc.boolean(),
    risk: fc.constantFrom("LOW", "MEDIUM", "HIGH", "CRITICAL"),
    costMicros: fc.constantFrom(0, 3, 4_000_000_000),
    level: fc.constantFrom("strict", "standard", "trusted", "isolated"),
    templateId: fc.constantFrom(null, "t-1"),
  })
  .map(({ action: name, which, id, ...rest }) => {
    const types = resourcesOf[name as BoundaryAction];
    return question({ ...rest, boundary: { action: name, resource: { type: types[which % types.length] ?? types[0], id, attributes: { kind: "chat", port: 443 } } } });
  });

const compiled = (json: PolicyJson) => compilePolicy(json, { id: "p", rule: "p", message: "", rank: 0, source: { kind: "cedar", scopeType: "organization", scopeId: "o-1", version: null } });

describe("what is evaluated here", () => {
  it("is what Cedar says, for policies of any form, with which of them decide and whether one fails", () => {
    let [allowed, failed] = [0, 0];
    fc.assert(
      fc.property(fc.array(policy, { minLength: 1, maxLength: 4 }), asked, (policies, one) => {
        const environment = environmentOf(one);
        const ours = determine(policies.map(compiled), environment);
        const cedars = determineByCedar(policies, environment);
        if (cedars.decision === "allow") allowed++;
        if (cedars.failed) failed++;
        if (!sameDetermined(ours, cedars)) expect(ours).toEqual(cedars);
      }),
      { numRuns: 2_000 },
    );
    // And it was not all the same: both come up in hundreds.
    expect(Math.min(allowed, failed)).toBeGreaterThan(10);
  });

  it.each(["containsAll", "containsAny"])("fails as Cedar does where %s is asked of what is no set, whatever is looked for", (form) => {
    const json: PolicyJson = { effect: "permit", principal: { op: "All" }, action: { op: "All" }, resource: { op: "All" }, conditions: [{ kind: "when", body: { [form]: { left: { Value: false }, right: { Set: [] } } } as unknown as Expr }] };
    const environment = environmentOf(question());
    expect([determine([compiled(json)], environment).failed, determineByCedar([json], environment).failed]).toEqual([true, true]);
  });

  it("is told apart from what Cedar says where it is not the same", () => {
    const [isolated] = compileLevels();
    const environment = environmentOf(question({ level: "isolated" }));
    const policies = isolated ? [isolated] : [];
    const altered = policies.map(compiled).map((each) => ({ ...each, holds: () => false }));
    expect(sameDetermined(determine(policies.map(compiled), environment), determineByCedar(policies, environment))).toBe(true);
    expect(sameDetermined(determine(altered, environment), determineByCedar(policies, environment))).toBe(false);
  });
});
