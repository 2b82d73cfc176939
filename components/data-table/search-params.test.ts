import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSort, joinValues, parseSort, splitValues } from "./query-form";
import { readTableState } from "./search-params";

const options = {
  sortable: ["createdAt", "cost"],
  defaultSort: { column: "createdAt", direction: "desc" },
  facets: ["status", "risk"],
} as const;

describe("readTableState", () => {
  it("has a sensible state for an empty address", () => {
    expect(readTableState({}, options)).toEqual({
      q: "",
      sort: { column: "createdAt", direction: "desc" },
      facets: { status: [], risk: [] },
      from: null,
      to: null,
      after: null,
      before: null,
      size: 25,
    });
  });

  it("reads what the table writes", () => {
    const state = readTableState({ q: " invoice ", sort: "cost", status: "pending,approved", from: "2026-03-01", after: "abc", size: "50" }, options);
    expect(state).toMatchObject({
      q: "invoice",
      sort: { column: "cost", direction: "asc" },
      facets: { status: ["pending", "approved"], risk: [] },
      from: "2026-03-01",
      after: "abc",
      size: 50,
    });
  });

  it("counts what was not offered as absent", () => {
    const state = readTableState({ sort: "-secret", size: "100000", from: "2026-02-30", to: "yesterday", before: "x".repeat(2000) }, options);
    expect(state).toMatchObject({ sort: { column: "createdAt", direction: "desc" }, size: 25, from: null, to: null, before: null });
  });

  it("takes one cursor at the most, and the first of a repeated parameter", () => {
    expect(readTableState({ after: "a", before: "b" }, options)).toMatchObject({ after: "a", before: null });
    expect(readTableState({ q: ["one", "two"] }, options).q).toBe("one");
  });
});

describe("parseSort", () => {
  it("is the opposite of formatSort", () => {
    for (const text of ["cost", "-createdAt"]) expect(formatSort(parseSort(text))).toBe(text);
  });
});

describe("splitValues", () => {
  it("is the opposite of joinValues, whatever the values hold", () => {
    const value = fc.string({ unit: fc.constantFrom("a", ",", "%", "2", "C", "5", " "), minLength: 1 });
    fc.assert(fc.property(fc.array(value), (values) => {
      expect(splitValues(joinValues(values))).toEqual(values);
    }));
  });
});
