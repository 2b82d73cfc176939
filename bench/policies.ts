import { createRequire } from "node:module";
import type * as cedarModule from "@cedar-policy/cedar-wasm/nodejs";
import { evaluatePolicies } from "@/lib/cedar/evaluate";
import { callOf } from "@/lib/cedar/oracle";
import { compilePolicies, type PolicyPart } from "@/lib/cedar/policies";
import { environmentOf, type Question } from "@/lib/cedar/question";
import { compare } from "./harness/compare";
import type { Bench, BenchRow } from "./harness/row";

/** As many as one text may have at most a few times over, so that the most in force are several texts and a grid. */
const perText = 200;

const kinds: { name: string; policy: (at: number) => string }[] = [
  {
    name: "each about a tool",
    policy: (at) => `forbid (principal, action in Countersign::Action::"boundary", resource) when { context.tool like "tool${at}.*" && context.costMicros > ${at} };`,
  },
  {
    name: "all about every action",
    policy: (at) => `forbid (principal, action in Countersign::Action::"boundary", resource) when { context.costMicros > ${900_000_000 + at} && context.riskRank > 2 };`,
  },
];

/**
 * (l) What the policies take of a decision: one boundary, no question twice, everything compiled. Beside it Cedar itself, which is
 * asked with one policy that was read before: the least that a decision by it can take.
 */
export const row: BenchRow = {
  title: "policies of a decision, one boundary, no question twice",
  beside: "cedar-wasm, one policy read before (statefulIsAuthorized)",
  async *run(bench) {
    const beside = bareCedar();
    for (const { name, policy } of kinds) {
      for (const count of [1, 10, 100, 1_000]) {
        const parts = inForce(name, count, policy);
        const ours = (at: number) => {
          const { outcome } = evaluatePolicies(compilePolicies(parts), question(at));
          if (outcome !== "allow") throw new Error(`it is ${outcome}`);
        };
        const target = count === 1_000 ? { target: { atMost: 0.1, of: "ours" as const } } : {};
        yield await compare(bench, { case: `${count} in force, ${name}, p50`, unit: "ms", ours: () => median(bench, ours), beside: () => median(bench, beside), ...target });
      }
    }
  },
};

function inForce(name: string, count: number, policy: (at: number) => string): PolicyPart[] {
  const texts = Array.from({ length: Math.ceil(count / perText) }, (_, text): PolicyPart => {
    const policies = Array.from({ length: Math.min(perText, count - text * perText) }, (_each, at) => policy(text * perText + at));
    return { kind: "cedar", scopeType: "organization", scopeId: `${name} ${count} ${text}`, version: 1, text: policies.join("\n") };
  });
  return [...texts, { kind: "capabilities", scopeType: "agent", scopeId: agent.id, version: 1, currency: "USD", rows: [{ tool: "crm.*", mode: "allowed", costCeilingMicros: null }] }];
}

const agent = { id: "agent", kind: "analyst", level: "standard", ownerId: "owner", organizationId: "organization", workspaceId: "workspace", templateId: null };

function question(at: number): Question {
  return {
    agent,
    keyId: "key",
    boundary: { action: "tool", resource: { type: "Tool", id: "crm.read" } },
    context: { approved: false, tool: "crm.read", operation: "execute", risk: "LOW", costMicros: at % 1_000_000, purposeGiven: true, at: new Date(1_800_000_000_000 + at) },
  };
}

function bareCedar(): (at: number) => void {
  const cedar = createRequire(import.meta.url)("@cedar-policy/cedar-wasm/nodejs") as typeof cedarModule;
  cedar.preparsePolicySet("bench", { staticPolicies: `permit (principal, action in Countersign::Action::"boundary", resource) when { context.tool like "crm.*" };` });
  return (at) => {
    const answer = cedar.statefulIsAuthorized({ ...callOf(environmentOf(question(at))), preparsedPolicySetId: "bench" });
    if (answer.type === "failure" || answer.response.decision !== "allow") throw new Error("Cedar does not allow it");
  };
}

/** In milliseconds, of calls one after the other for as long as one measurement takes. */
async function median(bench: Bench, call: (at: number) => void): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + bench.measureMs;
  for (let at = 0; performance.now() < end; at++) {
    const begun = performance.now();
    call(at);
    times.push(performance.now() - begun);
  }
  times.sort((one, other) => one - other);
  return times[Math.floor(times.length / 2)] ?? 0;
}
