import type { StaticPolicySet } from "@cedar-policy/cedar-wasm/nodejs";
import { describe, expect, it } from "vitest";
import { compileGrid } from "./compile-grid";
import { compileLevels } from "./compile-levels";
import { agentSchema, peopleSchema, publishedSchema } from "./schema";
import { places, row } from "./testing";
import { withCedar } from "./wasm";

const problems = (schema: string, staticPolicies: StaticPolicySet) =>
  withCedar((cedar) => {
    const answer = cedar.validate({ schema, policies: { staticPolicies }, validationSettings: { mode: "strict" } });
    return answer.type === "failure" ? answer.errors.map(({ message }) => message) : answer.validationErrors.map(({ error }) => error.message);
  });

describe("the schema", () => {
  it.each([["of agents", agentSchema], ["of people", peopleSchema], ["that is published", publishedSchema]])("%s is one that Cedar reads", (_which, schema) => {
    expect(withCedar((cedar) => cedar.checkParseSchema(schema))).toEqual({ type: "success" });
  });

  it("fits what levels and grids are compiled to, strictly", () => {
    const rows = [row("crm.*", "approval", { costCeilingMicros: 5, paths: ["/a/*", "b"], domains: ["*.x.test", "y.test"], operations: ["read"] }), row("x", "blocked"), row("y:*", "allowed", { paths: [], domains: [], operations: [] })];
    const scopes = Object.entries(places).map(([type, id]) => ({ type: type as keyof typeof places, id }));
    const all = [...compileLevels(), ...scopes.flatMap((scope) => compileGrid(scope, rows, "USD"))];
    const policies = Object.fromEntries(all.map((policy, at) => [`${at}`, policy]));
    expect(problems(agentSchema, policies)).toEqual([]);
    expect(problems(publishedSchema, policies)).toEqual([]);
  });

  it("accepts a policy about people neither for agents nor the other way round", () => {
    const person = `permit (principal, action == Countersign::Action::"agents.read", resource);`;
    expect(problems(peopleSchema, person)).toEqual([]);
    expect(problems(agentSchema, person)).not.toEqual([]);
    expect(problems(agentSchema, "forbid (principal, action, resource) when { context.riskRank > 3 };")).toEqual([]);
  });
});
