import { describe, expect, it } from "vitest";
import { ClassificationContent } from "./content";
import { firstClassification } from "./first-content";
import { classificationProblems } from "./problems";

const kind = (tools: string[], risk = "LOW", operations: string[] | null = null) => ({ tools, operations, risk, because: "x" });
const parse = (content: object) => ClassificationContent.parse({ kinds: [], raises: [], tests: [], ...content });

describe("rules of classification", () => {
  it("are sound from the first day, and as they are stored", () => {
    expect(ClassificationContent.parse(firstClassification)).toEqual(firstClassification);
    expect(classificationProblems(firstClassification)).toEqual([]);
  });

  it("are refused while a test of theirs gets another class", () => {
    const tests = [{ name: "Mail is harmless", tool: "mail.send", operation: "execute", resource: "", expected: "LOW" }];
    expect(classificationProblems(parse({ kinds: [kind(["mail.*"])], tests }))).toEqual([{ path: "tests.0", message: "Mail is harmless: expected LOW, and the rules say HIGH" }]);
  });

  it("are refused when a row above takes all of another's actions", () => {
    expect(classificationProblems(parse({ kinds: [kind(["*"]), kind(["iam.*"], "CRITICAL")] }))).toEqual([{ path: "kinds.1", message: "row 2 is never reached: row 1 is about all of its tools" }]);
    expect(classificationProblems(parse({ kinds: [kind(["crm/*"]), kind(["crm:read"], "HIGH")] }))).toHaveLength(1);
    expect(classificationProblems(parse({ kinds: [kind(["*"], "LOW", ["read"]), kind(["iam.*"], "CRITICAL")] }))).toEqual([]);
  });

  it.each<[string, object]>([
    ["a rule about nothing", { raises: [{ tools: null, operations: null, resource: null, argument: null, risk: "HIGH", because: "x" }] }],
    ["an empty list of tools", { kinds: [kind([])] }],
    ["upper case in a tool", { kinds: [kind(["Mail.*"])] }],
    ["a path that ends in a star", { raises: [{ tools: null, operations: null, resource: null, argument: { path: "a.*", pattern: "x", atLeast: null }, risk: "HIGH", because: "x" }] }],
    ["an amount in floating point", { raises: [{ tools: null, operations: null, resource: null, argument: { path: "a", pattern: null, atLeast: "1e3" }, risk: "HIGH", because: "x" }] }],
    ["more rows than 200", { kinds: Array.from({ length: 201 }, (_, at) => kind([`t${at}`])) }],
    ["an unknown field", { kinds: [], else: "LOW" }],
  ])("are not read with %s", (_what, content) => {
    expect(() => parse(content)).toThrow();
  });
});
