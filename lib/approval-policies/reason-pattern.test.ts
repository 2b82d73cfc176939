import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holdsPattern, patternProblem } from "./reason-pattern";

describe("the pattern of a reason", () => {
  it("finds a ticket's number wherever it stands as a word", () => {
    for (const reason of ["OPS-12", "agreed in ops-7, see there", "(OPS-0012)"]) expect(holdsPattern(reason, "OPS-#")).toBe(true);
    for (const reason of ["", "OPS-", "OPS-x", "DEVOPS-12", "OPS-12b", "OPS -12"]) expect(holdsPattern(reason, "OPS-#")).toBe(false);
    expect(holdsPattern("see ABC-12/4", "@-#/#")).toBe(true);
    expect(holdsPattern("see 12-ABC", "@-#")).toBe(false);
  });

  it("is refused where it says nothing or can be read in two ways", () => {
    expect(patternProblem("OPS-#")).toBeNull();
    for (const pattern of ["OPS", "##", "#1", "@a", "@@", "# #", "OPS #"]) expect(patternProblem(pattern)).not.toBeNull();
  });

  it("says the same as a regular expression would", () => {
    const pattern = fc.constantFrom("OPS-#", "@-#", "#/#", "a#b@-", "@.#", "-#-");
    const text = fc.string({ unit: fc.constantFrom("O", "P", "s", "a", "b", "1", "2", "-", "/", ".", " "), maxLength: 30 });
    fc.assert(
      fc.property(pattern, text, (wanted, reason) => {
        const source = [...wanted].map((one) => (one === "#" ? "\\d+" : one === "@" ? "[a-z]+" : `\\${one}`.replace(/\\([a-z0-9])/i, "$1"))).join("");
        expect(holdsPattern(reason, wanted)).toBe(new RegExp(`(?<![a-z0-9])${source}(?![a-z0-9])`, "i").test(reason));
      }),
      { numRuns: 2_000 },
    );
  });

  it("ends with the longest texts that are made to be tried again and again", () => {
    for (const text of ["1-".repeat(500), "1".repeat(1_000), "a1".repeat(500), `${"1-".repeat(30)}!`.repeat(16)]) {
      for (const pattern of [`${"#-".repeat(29)}x#`, `${"@#".repeat(29)}!`, "#-#-#-#-#-#!"]) expect(holdsPattern(text, pattern)).toBe(false);
    }
  });
});
