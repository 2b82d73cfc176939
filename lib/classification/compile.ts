import { inOrder } from "@/lib/actions/globs";
import type { SubmitActionInput } from "@/lib/actions/schemas";
import { argumentTree, readPath, type ArgumentTree } from "./argument-tree";
import type { ClassificationContent, RaiseRule } from "./content";
import { credentialIn } from "./credentials";
import { floorOf } from "./floors";
import { riskRank, type RiskClass } from "./risk";
import { textMatcher } from "./text-pattern";

export type Classification = { risk: RiskClass; reasons: string[] };
export type ClassifiedInput = Pick<SubmitActionInput, "tool" | "operation" | "arguments" | "declaredRisk" | "resource">;
export type Classifier = (input: ClassifiedInput) => Classification;

type Seen = { operation: string; resource: string; tree: () => ArgumentTree };
type Asks = (seen: Seen) => boolean;

/** What is longer is not looked at, and a rule about it counts as met. */
const longestText = 65_536;

/** A classifier of these rules. Made once for each version. */
export function compileClassification(content: ClassificationContent): Classifier {
  const kinds = content.kinds.map((rule) => ({ ...rule, isAbout: isAboutTool(rule.tools), asks: asksOperation(rule.operations) }));
  const raises = content.raises.map((rule) => ({ ...rule, isAbout: isAboutTool(rule.tools), asks: asksAll(rule) }));
  const rulesOf = remembered((tool) => ({ kinds: kinds.filter((rule) => rule.isAbout(tool)), raises: raises.filter((rule) => rule.isAbout(tool)) }));
  return (input) => {
    const tool = toolName(input.tool);
    const rules = rulesOf(tool);
    const seen: Seen = { operation: input.operation.toLowerCase(), resource: input.resource, tree: once(() => argumentTree(input.arguments)) };
    const kind = rules.kinds.find((rule) => rule.asks(seen));
    const found: Classification = kind
      ? { risk: kind.risk, reasons: [`${input.tool} ${kind.because}`] }
      : { risk: "MEDIUM", reasons: [`${input.tool} is not a known kind of tool`] };
    const raise = (risk: RiskClass, reason: string): void => {
      if (riskRank(risk) > riskRank(found.risk)) found.risk = risk;
      if (!found.reasons.includes(reason)) found.reasons.push(reason);
    };
    for (const rule of rules.raises) if (rule.asks(seen)) raise(rule.risk, rule.because);
    const floor = riskRank(found.risk) < riskRank("HIGH") ? floorOf(input) : null;
    if (floor) raise("HIGH", `${input.tool} ${floor}, which is never below HIGH`);
    const credential = tool.startsWith("sandbox.") ? null : credentialIn(input.arguments);
    if (credential) raise("HIGH", `the arguments hold ${credential}`);
    if (input.declaredRisk && riskRank(input.declaredRisk) > riskRank(found.risk)) raise(input.declaredRisk, `the agent declared ${input.declaredRisk}`);
    return found;
  };
}

const always: Asks = () => true;
const both = (one: Asks, other: Asks): Asks => (seen) => one(seen) && other(seen);

/** payment:send, payment/send and payment alone are of one kind with payment.send: the agent chooses the sign. */
function isAboutTool(tools: readonly string[] | null): (tool: string) => boolean {
  if (!tools) return () => true;
  const parts = tools.map((glob) => toolName(glob).split("*"));
  return (tool) => parts.some((each) => inOrder(each, tool) || inOrder(each, `${tool}.`));
}

const mostTools = 1_000;

/** An organization's agents use the same few tools again and again; one that makes up names gains no room by it. */
function remembered<T>(find: (tool: string) => T): (tool: string) => T {
  const known = new Map<string, T>();
  return (tool) => {
    let found = known.get(tool);
    if (found === undefined) {
      if (known.size >= mostTools) known.clear();
      known.set(tool, (found = find(tool)));
    }
    return found;
  };
}

function toolName(tool: string): string {
  return tool.toLowerCase().replaceAll(/[:/]/g, ".");
}

function asksOperation(operations: readonly string[] | null): Asks {
  if (!operations) return always;
  const parts = operations.map((operation) => operation.toLowerCase().split("*"));
  return ({ operation }) => parts.some((each) => inOrder(each, operation));
}

function asksAll({ operations, resource, argument }: RaiseRule): Asks {
  return both(both(asksOperation(operations), asksResource(resource)), argument ? asksArgument(argument) : always);
}

function asksResource(pattern: string | null): Asks {
  if (pattern === null) return always;
  const matches = textMatcher(pattern);
  return ({ resource }) => matches(resource);
}

function asksArgument({ path, pattern, atLeast }: NonNullable<RaiseRule["argument"]>): Asks {
  const names = readPath(path);
  const matches = pattern === null ? null : textMatcher(pattern);
  const least = atLeast === null ? null : scaled(atLeast);
  return ({ tree }) =>
    tree()(names).some((value) => {
      if (matches) return value !== null && (String(value).length > longestText || matches(String(value)));
      if (least === null) return true;
      const amount = scaled(value);
      // An amount that cannot be read may be any.
      return amount === null || amount >= least;
    });
}

/** An amount without its sign, in millionths; null when it is not plain digits. */
function scaled(value: unknown): bigint | null {
  const text = typeof value === "number" ? numberText(value) : typeof value === "string" ? value.trim() : "";
  const [, whole, part = ""] = /^[+-]?(\d{1,30})(?:\.(\d{0,30}))?$/.exec(text) ?? [];
  return whole === undefined ? null : BigInt(whole + part.slice(0, 6).padEnd(6, "0"));
}

/** A double prints small numbers as 1e-7, which are less than a millionth. */
function numberText(value: number): string {
  return Math.abs(value) < 1e-6 ? "0" : String(value);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
