import { describe, expect, it } from "vitest";
import { fieldError, fillAddress } from "./result";

describe("fieldError", () => {
  it("finds the error of a field, of a list and of a list's item", () => {
    const fields = { name: "is taken", "roles.1": "is not a role" };
    expect(fieldError(fields, "name")).toBe("is taken");
    expect(fieldError(fields, "roles[]")).toBe("is not a role");
    expect(fieldError(fields, "email")).toBeUndefined();
  });
});

describe("fillAddress", () => {
  it("takes parts of the address from the result, escaped", () => {
    expect(fillAddress("/agents/:id/keys", { id: "a/b" })).toBe("/agents/a%2Fb/keys");
  });

  it("refuses an address that the result cannot fill", () => {
    expect(() => fillAddress("/agents/:id", {})).toThrow('has no "id"');
  });
});
