import { expect, test } from "vitest";
import { jsonLine, markdownTable, plainLine, type Measured } from "./report";
import { tableWith } from "./write-table";

const line: Measured = {
  id: "a",
  row: { title: "Decisions", beside: "bare SQL" },
  result: { case: "64 in flight", unit: "per second", ours: 4321.987, beside: 1000, ratio: 4.3219, spread: [4.1, 4.5], target: { atLeast: 2 } },
};

test("a line of JSON has what a program needs", () => {
  expect(JSON.parse(jsonLine(line))).toEqual({
    id: "a", case: "64 in flight", unit: "per second", ours: 4322, beside: 1000, ratio: 4.3219, spread: [4.1, 4.5], target: ">= 2", ok: true,
  });
});

test("a missed target is said, in every form", () => {
  const missed: Measured = { ...line, result: { ...line.result, target: { atMost: 3, of: "ours" } } };
  expect(JSON.parse(jsonLine(missed))).toMatchObject({ target: "<= 3 (ours)", ok: false });
  expect(markdownTable([missed])).toContain("**no**");
  expect(plainLine(missed)).toContain("MISS");
});

test("the table has a head and a row for each case", () => {
  const [head, rule, ...rows] = markdownTable([line, line]).split("\n");
  expect(head).toContain("| row | what | beside |");
  expect(rule).toMatch(/^(\| --- )+\|$/);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toContain("4,322 | 1,000 | 4.32 | 4.1 – 4.5 | >= 2 | yes");
});

test("a case without a target is neither kept nor missed", () => {
  const free: Measured = { ...line, result: { ...line.result, target: null } };
  expect(JSON.parse(jsonLine(free))).toMatchObject({ target: null, ok: true });
  expect(markdownTable([free])).not.toContain("yes");
});

test("a row that is measured again replaces the one that stands in the document, and leaves the others", () => {
  const other: Measured = { ...line, id: "h", row: { title: "resume", beside: "an empty step" } };
  const first = tableWith("", ["a", "h"], [other, line], "one machine");
  const again = tableWith(first, ["a"], [{ ...line, result: { ...line.result, ours: 9000 } }], "the same machine");
  const rows = again.split("\n").filter((each) => each.startsWith("| ("));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toContain("| 9,000 |");
  expect(rows[1]).toMatch(/^\| \(h\) \| resume/);
  expect(again).toContain("the same machine");
  expect(again).not.toContain("one machine");
});
