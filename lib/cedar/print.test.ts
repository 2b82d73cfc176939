import fc from "fast-check";
import { expect, it } from "vitest";
import { compileGrid } from "./compile-grid";
import { compileLevels } from "./compile-levels";
import { compileGrants, compileRoles, compileScopes } from "./compile-roles";
import type { PolicyJson } from "./policy-json";
import { printPolicy } from "./print";
import { withCedar } from "./wasm";

function readBack(text: string): PolicyJson {
  const answer = withCedar((cedar) => cedar.policyToJson(text));
  if (answer.type === "failure") throw new Error(`${answer.errors[0]?.message}: ${text}`);
  return answer.json;
}

it("prints the levels as Cedar reads them", () => {
  for (const policy of compileLevels()) expect(readBack(printPolicy(policy))).toEqual(policy);
});

it("prints roles, as templates and as they are held, and scopes of keys", () => {
  for (const policy of compileRoles()) {
    const answer = withCedar((cedar) => cedar.templateToJson(printPolicy(policy)));
    expect(answer.type === "success" && answer.json).toEqual(policy);
  }
  const held = compileGrants("p", "o", [{ role: "supervisor", workspaceId: "w", validFrom: new Date(0), validUntil: new Date(86_400_000) }, { role: "viewer", workspaceId: null, validFrom: null, validUntil: null }], ["shut"]);
  for (const policy of [...held, ...compileScopes("k", "a", ["actions.submit"])]) expect(readBack(printPolicy(policy))).toEqual(policy);
});

it("prints whatever a grid is compiled to as Cedar reads it", () => {
  const text = fc.oneof(fc.constantFrom("*", "crm.*", "*.read", 'a"b', "a\\*", "\u202e", "\n", "\u00e9"), fc.string({ maxLength: 8 }));
  const row = fc.record({
    tool: text,
    mode: fc.constantFrom("allowed", "approval", "blocked"),
    costCeilingMicros: fc.option(fc.nat()),
    paths: fc.option(fc.array(text, { maxLength: 3 })),
    domains: fc.option(fc.array(fc.constantFrom("example.com", "*.example.com"), { maxLength: 3 })),
    operations: fc.option(fc.array(text, { maxLength: 3 })),
  });
  fc.assert(
    fc.property(row, (one) => {
      for (const policy of compileGrid({ type: "workspace", id: "w" }, [one], "EUR")) expect(readBack(printPolicy(policy))).toEqual(policy);
    }),
    { numRuns: 60 },
  );
});

it("lets nothing hide in what it prints, nor end its text early", () => {
  const [policy] = compileGrid({ type: "agent", id: "a\u202e" }, [{ tool: 'a"};permit(principal,action,resource);\u0000', mode: "blocked", costCeilingMicros: null }], "EUR");
  expect(policy && printPolicy(policy)).toBe(
    String.raw`@id("capability.blocked:a\"};permit(principal,action,resource);\u{0}")
@message("The policy blocks {tool}.")
forbid (principal == Countersign::Agent::"a\u{202e}", action in Countersign::Action::"boundary", resource)
when { context.tool == "a\"};permit(principal,action,resource);\u{0}" };`,
  );
});
