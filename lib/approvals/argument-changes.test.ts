import fc from "fast-check";
import { expect, it } from "vitest";
import { applyChanges, diffArguments, pointer } from "./argument-changes";
import { maskMark } from "./mask";

const changesOf = (before: unknown, after: unknown) => {
  const diff = diffArguments(before, after);
  return diff.ok ? diff.changes : diff.message;
};

it("makes what was edited out of what was asked, whatever both are", () => {
  const json = fc.dictionary(fc.string().filter((key) => key !== "__proto__"), fc.jsonValue());
  fc.assert(
    fc.property(json, json, (before, after) => {
      const [from, to] = [JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(after))];
      if (JSON.stringify(to).includes("__proto__") || JSON.stringify(from).includes("__proto__")) return;
      const diff = diffArguments(from, to);
      expect(diff.ok && applyChanges(from, diff.changes)).toEqual(to);
    }),
  );
});

it("leaves hidden values alone that were not touched, and refuses to write the mark in their place", () => {
  const shown = { to: "a", headers: { auth: maskMark, lang: "en" } };
  expect(changesOf(shown, { to: "b", headers: { auth: maskMark, lang: "en" } })).toEqual([{ path: ["to"], value: "b" }]);
  expect(changesOf(shown, { to: "a", headers: [maskMark] })).toContain("/headers");
  expect(changesOf({ list: [maskMark, 1] }, { list: [maskMark] })).toContain("/list");
});

it("changes nothing outside of the arguments", () => {
  expect(applyChanges({ a: 1 }, [{ path: ["__proto__", "polluted"], value: true }])).toBeNull();
  expect(applyChanges({ a: 1 }, [{ path: ["constructor", "prototype", "polluted"], value: true }])).toBeNull();
  expect(applyChanges({ a: 1 }, [{ path: [], value: {} }])).toBeNull();
  expect(applyChanges({ a: [1] }, [{ path: ["a", 9], value: 1 }])).toBeNull();
  expect(applyChanges({ a: 1 }, [{ path: ["b"] }])).toBeNull();
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

it("names a place as RFC 6901 does", () => {
  expect(pointer(["a/b", 0, "c~d"])).toBe("/a~1b/0/c~0d");
});
