import { describe, expect, it } from "vitest";
import { newId } from "@/lib/id";
import { ClaimMapping, claimsOf, mapClaims } from "./mapping";

const workspaceId = newId();
const mapping = ClaimMapping.parse({
  rules: [
    { claim: "groups", value: "agents", role: "agent_manager", workspaceId },
    { claim: "groups", value: "boss", role: "supervisor" },
    { claim: "department", value: "Risk", role: "supervisor" },
  ],
  defaultRole: "viewer",
});

describe("claims", () => {
  it("give every role whose rule they meet, each once, and the default only where none does", () => {
    const person = { email: ["Ann@Example.Test"], name: ["Ann"], groups: ["agents", "boss"], department: ["Risk"] };
    expect(mapClaims(mapping, person)).toEqual({
      email: "ann@example.test", name: "Ann", refusal: null, byDefault: false,
      roles: [{ role: "agent_manager", workspaceId }, { role: "supervisor", workspaceId: null }],
    });
    expect(mapClaims(mapping, { email: ["ann@example.test"] })).toMatchObject({ name: "ann@example.test", roles: [{ role: "viewer", workspaceId: null }] });
    expect(mapClaims({ ...mapping, defaultRole: null }, { email: ["ann@example.test"] }).roles).toEqual([]);
  });

  it("are compared exactly", () => {
    expect(mapClaims(mapping, { email: ["a@b.test"], groups: ["Boss", "boss ", "agents-too"] }).roles).toEqual([{ role: "viewer", workspaceId: null }]);
    expect(mapClaims(mapping, { email: ["a@b.test"], Groups: ["boss"] }).roles).toEqual([{ role: "viewer", workspaceId: null }]);
  });

  it.each([
    ["no address", {}, "no claim"],
    ["two addresses", { email: ["a@b.test", "admin@b.test"] }, "not one email address"],
    ["no address but a text", { email: ["a@b.test\u0000@evil.test"] }, "not one email address"],
    ["an address that is not verified", { email: ["a@b.test"], email_verified: ["false"] }, "not verified"],
  ])("refuse with %s", (_, claims, refusal) => {
    expect(mapClaims(mapping, claims).refusal).toContain(refusal);
  });

  it("are read flat, and nothing inherited is one", () => {
    const claims = claimsOf({ groups: ["a", { b: 1 }, 7], email_verified: false, address: { street: "x" }, long: "x".repeat(3_000), exp: 1, nonce: "n" });
    expect(claims).toEqual({ groups: ["a", "7"], email_verified: ["false"] });
    expect(mapClaims({ ...mapping, email: "constructor" }, {}).refusal).toContain("no claim");
  });

  it("cannot give a role that must end, nor an organization's role on a workspace", () => {
    expect(ClaimMapping.safeParse({ rules: [{ claim: "groups", value: "x", role: "auditor" }] }).success).toBe(false);
    expect(ClaimMapping.safeParse({ rules: [{ claim: "groups", value: "x", role: "organization_admin", workspaceId }] }).success).toBe(false);
    expect(ClaimMapping.safeParse({ defaultRole: "auditor" }).success).toBe(false);
  });
});
