import { type Expr, isCore, type PolicyJson } from "./policy-json";
import { literalLike, type Matcher } from "./like";

/** An entity's name. */
export class EntityRef {
  constructor(
    readonly type: string,
    readonly id: string,
  ) {}
}

/** A Cedar value: Long as a whole number that a double holds exactly, Set as an array, Record as a plain object. */
export type Value = string | number | boolean | EntityRef | readonly Value[] | RecordValue;
export type RecordValue = { readonly [name: string]: Value };

/** `ancestors`: all of them, not the parents alone. */
export type EntityData = { ref: EntityRef; attributes: RecordValue; ancestors: readonly EntityRef[] };

export type Environment = {
  principal: EntityData;
  action: EntityData;
  resource: EntityData;
  context: RecordValue & { approved: boolean };
  /** What else is known: places, by a walk through the few; groups of actions by their names. */
  others: readonly EntityData[];
  groups: ReadonlyMap<string, EntityData>;
};

/** What Cedar calls an error of evaluation. Whatever was asked is denied. */
class EvaluationError extends Error {}
/** A form of Cedar that is not evaluated here. A policy that has it is not read at all. */
export class Unsupported extends Error {}

type Evaluate = (environment: Environment) => Value;
type Test = (environment: Environment) => boolean;

/** Whether the policy's scope names what is asked; never an error. */
export function compileScope(policy: PolicyJson): Test {
  const tests = [entityTest("principal", policy.principal), entityTest("action", policy.action), entityTest("resource", policy.resource)].filter((test) => test !== null);
  const [first, ...rest] = tests;
  if (!first) return () => true;
  return rest.length === 0 ? first : (environment) => tests.every((test) => test(environment));
}

/** Whether the policy's conditions hold. @throws EvaluationError from what it returns. */
export function compileConditions(policy: PolicyJson): Test {
  const tests = policy.conditions.map(({ kind, body }): Test => {
    const test = boolean(compile(body));
    return kind === "when" ? test : (environment) => !test(environment);
  });
  const [first, ...rest] = tests;
  if (!first) return () => true;
  return rest.length === 0 ? first : (environment) => tests.every((test) => test(environment));
}

function entityTest(variable: "principal" | "action" | "resource", constraint: PolicyJson["principal"] | PolicyJson["action"]): Test | null {
  if (constraint.op === "All") return null;
  if ("slot" in constraint) throw new Unsupported("a template's slot");
  if (constraint.op === "is") {
    const { entity_type: type, in: above } = constraint;
    if (above && "slot" in above) throw new Unsupported("a template's slot");
    const inside = above ? readRef(above.entity) : null;
    return (environment) => environment[variable].ref.type === type && (inside === null || isIn(environment, environment[variable].ref, inside));
  }
  const wanted = "entities" in constraint ? constraint.entities.map(readRef) : [readRef(constraint.entity)];
  if (constraint.op === "==") return (environment) => wanted.some((each) => same(environment[variable].ref, each));
  return (environment) => wanted.some((each) => isIn(environment, environment[variable].ref, each));
}

function readRef(json: { __entity: { type: string; id: string } } | { type: string; id: string }): EntityRef {
  const { type, id } = "__entity" in json ? json.__entity : json;
  return new EntityRef(type, id);
}

function same(one: EntityRef, other: EntityRef): boolean {
  return one.id === other.id && one.type === other.type;
}

function find(environment: Environment, ref: EntityRef): EntityData | undefined {
  for (const known of [environment.principal, environment.resource, environment.action, ...environment.others]) if (same(known.ref, ref)) return known;
  const group = environment.groups.get(ref.id);
  return group && same(group.ref, ref) ? group : undefined;
}

function isIn(environment: Environment, ref: EntityRef, above: EntityRef): boolean {
  return same(ref, above) || (find(environment, ref)?.ancestors.some((each) => same(each, above)) ?? false);
}

/** The one name of an expression's form, as in `{"&&": {…}}`. */
function compile(expression: Expr): Evaluate {
  const [form, body] = Object.entries(expression)[0] ?? ["nothing", null];
  const make = Object.hasOwn(forms, form) ? forms[form as keyof typeof forms] : undefined;
  if (!make || Object.keys(expression).length !== 1) throw new Unsupported(form);
  return make(body as never);
}

type Two = { left: Expr; right: Expr };
type One = { arg: Expr };

const forms = {
  Value: (json: unknown): Evaluate => {
    const constant = readValue(json);
    return () => constant;
  },
  Var: (name: string): Evaluate => {
    if (name === "context") return (environment) => environment.context;
    if (name === "principal" || name === "action" || name === "resource") return (environment) => environment[name].ref;
    throw new Unsupported(name);
  },
  "!": ({ arg }: One): Evaluate => {
    const test = boolean(compile(arg));
    return (environment) => !test(environment);
  },
  neg: ({ arg }: One): Evaluate => {
    const of = compile(arg);
    return (environment) => exact(-long(of(environment)));
  },
  "==": ({ left, right }: Two): Evaluate => both(left, right, equal),
  "!=": ({ left, right }: Two): Evaluate => both(left, right, (one, other) => !equal(one, other)),
  "<": ({ left, right }: Two): Evaluate => both(left, right, (one, other) => long(one) < long(other)),
  "<=": ({ left, right }: Two): Evaluate => both(left, right, (one, other) => long(one) <= long(other)),
  ">": ({ left, right }: Two): Evaluate => both(left, right, (one, other) => long(one) > long(other)),
  ">=": ({ left, right }: Two): Evaluate => both(left, right, (one, other) => long(one) >= long(other)),
  "+": ({ left, right }: Two): Evaluate => both(left, right, (one, other) => exact(long(one) + long(other))),
  "-": ({ left, right }: Two): Evaluate => both(left, right, (one, other) => exact(long(one) - long(other))),
  "*": ({ left, right }: Two): Evaluate => both(left, right, (one, other) => exact(long(one) * long(other))),
  "&&": ({ left, right }: Two): Evaluate => {
    const [one, other] = [boolean(compile(left)), boolean(compile(right))];
    return (environment) => one(environment) && other(environment);
  },
  "||": ({ left, right }: Two): Evaluate => {
    const [one, other] = [boolean(compile(left)), boolean(compile(right))];
    return (environment) => one(environment) || other(environment);
  },
  "if-then-else": (parts: { if: Expr; then: Expr; else: Expr }): Evaluate => {
    const [test, yes, no] = [boolean(compile(parts.if)), compile(parts.then), compile(parts.else)];
    return (environment) => (test(environment) ? yes(environment) : no(environment));
  },
  in: ({ left, right }: Two): Evaluate => {
    const [low, high] = [compile(left), compile(right)];
    return (environment) => {
      const of = ref(low(environment));
      const above = high(environment);
      return Array.isArray(above) ? above.map(ref).some((each) => isIn(environment, of, each)) : isIn(environment, of, ref(above));
    };
  },
  is: ({ left, entity_type: type, in: within }: { left: Expr; entity_type: string; in?: Expr }): Evaluate => {
    const of = compile(left);
    const above = within ? compile({ in: { left, right: within } }) : null;
    return (environment) => ref(of(environment)).type === type && (above === null || above(environment));
  },
  ".": ({ left, attr }: { left: Expr; attr: string }): Evaluate => {
    // What nearly every policy reads, without the steps between.
    if ("Var" in left && left.Var === "context") return (environment) => attributeOf(environment.context, attr);
    if ("Var" in left && left.Var === "resource") return (environment) => attributeOf(environment.resource.attributes, attr);
    if ("Var" in left && left.Var === "principal") return (environment) => attributeOf(environment.principal.attributes, attr);
    const of = compile(left);
    return (environment) => attributeOf(attributesOf(environment, of(environment)), attr);
  },
  has: ({ left, attr }: { left: Expr; attr: string | readonly string[] }): Evaluate => {
    const of = compile(left);
    const names = typeof attr === "string" ? [attr] : attr;
    return (environment) => {
      let at = of(environment);
      for (const name of names) {
        const attributes: RecordValue = attributesOf(environment, at);
        const found = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
        if (found === undefined) return false;
        at = found;
      }
      return true;
    };
  },
  like: ({ left, pattern }: { left: Expr; pattern: Parameters<typeof literalLike>[0] }): Evaluate => {
    const of = compile(left);
    const matches: Matcher = literalLike(pattern);
    return (environment) => matches(string(of(environment)));
  },
  contains: ({ left, right }: Two): Evaluate => both(left, right, (all, one) => isMember(set(all), one)),
  containsAll: ({ left, right }: Two): Evaluate => sets(left, right, (all, some) => some.every((one) => isMember(all, one))),
  containsAny: ({ left, right }: Two): Evaluate => sets(left, right, (all, some) => some.some((one) => isMember(all, one))),
  isEmpty: ({ arg }: One): Evaluate => {
    const of = compile(arg);
    return (environment) => set(of(environment)).length === 0;
  },
  Set: (parts: Expr[]): Evaluate => {
    const members = parts.map(compile);
    // A list of constants, as most are, is made once.
    if (parts.every((part) => "Value" in part)) return forms.Value(parts.map((part) => ("Value" in part ? part.Value : null)));
    return (environment) => members.map((member) => member(environment));
  },
  Record: (parts: Record<string, Expr>): Evaluate => {
    const members = Object.entries(parts).map(([name, part]) => [name, compile(part)] as const);
    return (environment) => Object.fromEntries(members.map(([name, member]) => [name, member(environment)]));
  },
};

function both(left: Expr, right: Expr, combine: (one: Value, other: Value) => Value): Evaluate {
  const one = compile(left);
  if (isCore(right) && "Value" in right) {
    const constant = readValue(right.Value);
    return (environment) => combine(one(environment), constant);
  }
  const other = compile(right);
  return (environment) => combine(one(environment), other(environment));
}

/** Both must be sets, also where the answer would not depend on one of them. */
function sets(left: Expr, right: Expr, combine: (one: readonly Value[], other: readonly Value[]) => boolean): Evaluate {
  return both(left, right, (one, other) => combine(set(one), set(other)));
}

function boolean(of: Evaluate): Test {
  return (environment) => {
    const found = of(environment);
    if (typeof found !== "boolean") throw new EvaluationError("is not a Bool");
    return found;
  };
}

function long(of: Value): number {
  if (typeof of !== "number") throw new EvaluationError("is not a Long");
  return of;
}

/** Cedar's Long has 64 bits; beyond 53 of them this gives an error, and so a denial, where Cedar might have counted on. */
function exact(of: number): number {
  if (!Number.isSafeInteger(of)) throw new EvaluationError("the number is too large");
  return of;
}

function string(of: Value): string {
  if (typeof of !== "string") throw new EvaluationError("is not a String");
  return of;
}

function set(of: Value): readonly Value[] {
  if (!Array.isArray(of)) throw new EvaluationError("is not a Set");
  return of;
}

/** The plain members of long sets, so that two of them are not compared each with each. */
const plainMembers = new WeakMap<readonly Value[], ReadonlySet<Value>>();

function isMember(all: readonly Value[], one: Value): boolean {
  if (all.length <= 8 || typeof one === "object") return all.some((each) => equal(each, one));
  let plain = plainMembers.get(all);
  if (!plain) plainMembers.set(all, (plain = new Set(all)));
  return plain.has(one);
}

function ref(of: Value): EntityRef {
  if (!(of instanceof EntityRef)) throw new EvaluationError("is not an entity");
  return of;
}

function attributesOf(environment: Environment, of: Value): RecordValue {
  if (of instanceof EntityRef) return find(environment, of)?.attributes ?? {};
  if (!isRecord(of)) throw new EvaluationError("has no attributes");
  return of;
}

function attributeOf(attributes: RecordValue, name: string): Value {
  const found = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (found === undefined) throw new EvaluationError(`there is no ${name}`);
  return found;
}

function isRecord(of: Value): of is RecordValue {
  return typeof of === "object" && !Array.isArray(of) && !(of instanceof EntityRef);
}

function equal(one: Value, other: Value): boolean {
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  if (one instanceof EntityRef || other instanceof EntityRef) return one instanceof EntityRef && other instanceof EntityRef && same(one, other);
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other)) return false;
    return one.every((each) => other.some((its) => equal(each, its))) && other.every((each) => one.some((its) => equal(each, its)));
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && equal(one[name] ?? "", other[name] ?? ""));
}

function readValue(json: unknown): Value {
  if (typeof json === "string" || typeof json === "boolean") return json;
  if (typeof json === "number") {
    if (!Number.isSafeInteger(json)) throw new Unsupported("a number beyond 9007199254740991");
    return json;
  }
  if (Array.isArray(json)) return json.map(readValue);
  if (json === null || typeof json !== "object") throw new Unsupported("a value of no known kind");
  if ("__entity" in json) return readRef(json as { __entity: { type: string; id: string } });
  if ("__extn" in json) throw new Unsupported("an extension function");
  return Object.fromEntries(Object.entries(json).map(([name, each]) => [name, readValue(each)]));
}
