import fc from "fast-check";
import { expect, it } from "vitest";
import { compileConditions } from "./closures";
import { guardedValues, guardOf, passes } from "./guard";
import { attribute, type Expr, value } from "./policy-json";
import { environmentOf } from "./question";
import { question } from "./testing";

const forms = ["==", "<", "<=", ">", ">="] as const;
const contexts = ["tool", "operation", "risk", "riskRank", "costMicros", "hour", "weekday", "date", "approved", "purposeGiven", "key"];

it("a guard says what the comparison says, and there is none where the comparison could fail", () => {
  let guarded = 0;
  const left = fc.oneof(fc.constantFrom(...contexts).map((name) => attribute("context", name)), fc.constantFrom("level", "kind", "owner").map((name) => attribute("principal", name)));
  const constant = fc.oneof(fc.constantFrom("crm.read", "execute", "LOW", "standard", "coder"), fc.constantFrom(0, 1, 3, 7, 10, 20261122), fc.boolean());
  fc.assert(
    fc.property(fc.constantFrom(...forms), left, constant, (form, one, other) => {
      const expression = { [form]: { left: one, right: value(other) } } as unknown as Expr;
      const environment = environmentOf(question({ costMicros: 3 }));
      const evaluate = () => compileConditions({ effect: "permit", principal: { op: "All" }, action: { op: "All" }, resource: { op: "All" }, conditions: [{ kind: "when", body: expression }] })(environment);
      const guard = guardOf(expression);
      if (!guard) return;
      guarded++;
      expect(passes(guard, guardedValues(environment))).toBe(evaluate());
    }),
    { numRuns: 2_000 },
  );
  expect(guarded).toBeGreaterThan(100);
});
