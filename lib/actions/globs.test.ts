import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globs } from "./globs";

describe("tool globs", () => {
  it.each([
    ["crm.read", "crm.read", true],
    ["crm.read", "crm.reader", false],
    ["sandbox.*", "sandbox.python", true],
    ["sandbox.*", "sandbox", false],
    ["write:documents/*", "write:documents.report", true],
    ["*.delete", "crm.contacts.delete", true],
    ["*.delete", "crm.delete.later", false],
    ["*", "anything:at/all", true],
    ["a*a", "a", false],
    ["a*b*b", "ab", false],
    ["a*bc*c", "abcbc", true],
  ])("%s against %s: %s", (glob, tool, expected) => {
    expect(globs([glob])(tool)).toBe(expected);
  });

  it("match what the regular expression of the same glob matches", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*]{0,7}$/), fc.stringMatching(/^[ab]{0,9}$/), (glob, tool) => {
        const expression = new RegExp(`^${glob.replaceAll("*", ".*")}$`);
        expect(globs([glob])(tool)).toBe(expression.test(tool));
      }),
    );
  });

  // Trying every way to place the stars would take longer than any test may.
  it("decide at once however many stars a policy's author wrote", () => {
    const hostile = globs([`${"*a".repeat(63)}*b`]);
    for (let times = 0; times < 1_000; times++) expect(hostile("a".repeat(128))).toBe(false);
  });
});
