import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EgressContent, firstEgress } from "./content";
import { type EgressLayer, egressVerdict } from "./verdict";

type Given = { allow?: string[] | null; deny?: string[]; unlisted?: "ask" | "deny" | null };
const layer = (scopeType: EgressLayer["scopeType"], given: Given | "unreadable"): EgressLayer => ({
  scopeType, scopeId: scopeType, version: 1, content: given === "unreadable" ? null : EgressContent.parse({ allow: null, deny: [], ...given }),
});
const organization = (given: Given) => layer("organization", given);
const workspace = (given: Given) => layer("workspace", given);
const asked = (layers: EgressLayer[], host: string) => {
  const { outcome, rule, source, pattern } = egressVerdict(layers, host);
  return [outcome, rule, source?.scopeType ?? null, pattern];
};
const lists = (text: string, list: "allow" | "deny" = "allow") => EgressContent.safeParse({ allow: null, deny: [], [list]: [text] }).success;

describe("what agents reach", () => {
  it("is nothing when nobody says anything, or all that is said is empty", () => {
    expect(asked([], "example.com")).toEqual(["deny", "egress.not_listed", null, null]);
    expect(asked([{ ...organization({}), content: firstEgress }], "example.com")[0]).toBe("deny");
    expect(asked([organization({ allow: [] })], "example.com")).toEqual(["deny", "egress.not_listed", "organization", null]);
    expect(asked([organization({ allow: ["example.com"] }), workspace({ allow: [] })], "example.com")).toEqual(["deny", "egress.not_listed", "workspace", null]);
  });

  it("is what every level with a list allows, so that a lower one only narrows", () => {
    const both = [organization({ allow: ["a.com", "b.com"] }), workspace({ allow: ["b.com", "c.com"] })];
    expect(asked(both, "b.com")).toEqual(["allow", "egress.allowed", "workspace", "b.com"]);
    expect(asked(both, "a.com")).toEqual(["deny", "egress.not_listed", "workspace", null]);
    expect(asked(both, "c.com")).toEqual(["deny", "egress.not_listed", "organization", null]);
    expect(asked([organization({}), workspace({ allow: ["c.com"] })], "c.com")).toEqual(["allow", "egress.allowed", "workspace", "c.com"]);
    expect(asked([organization({ allow: ["a.com"] }), workspace({})], "a.com")).toEqual(["allow", "egress.allowed", "organization", "a.com"]);
  });

  it("never grows by another level, whatever it says, unless no level had a list", () => {
    const name = fc.constantFrom("a.com", "x.a.com", "b.com", "*.a.com", "x.y.a.com");
    const given = fc.record({ allow: fc.option(fc.array(name), { nil: null }), deny: fc.array(name), unlisted: fc.constantFrom("ask" as const, "deny" as const, null) });
    fc.assert(
      fc.property(given, given, fc.constantFrom("a.com", "x.a.com", "b.com", "x.y.a.com"), (above, below, host) => {
        fc.pre(above.allow !== null);
        const whole = egressVerdict([organization(above), workspace(below)], host).outcome;
        if (egressVerdict([organization(above)], host).outcome !== "allow") expect(whole).not.toBe("allow");
        if ([above, below].some(({ deny }) => egressVerdict([organization({ allow: [], deny })], host).rule === "egress.denied")) expect(whole).toBe("deny");
      }),
    );
  });

  it("is never what any level denies, also not by a lease", () => {
    for (const at of ["organization", "workspace", "template"] as const) {
      expect(asked([organization({ allow: ["a.com"] }), layer(at, { deny: ["a.com"] }), layer("session", { allow: ["a.com"] })], "A.com.")).toEqual(["deny", "egress.denied", at, "a.com"]);
    }
  });

  it("is opened for once by a lease, and by it only for what it names", () => {
    const layers = [organization({ allow: ["a.com"] }), layer("session", { allow: ["b.com"] })];
    expect(asked(layers, "b.com")).toEqual(["allow", "egress.lease", "session", "b.com"]);
    expect(asked(layers, "a.com")[0]).toBe("allow");
    expect(asked(layers, "c.com")[0]).toBe("deny");
    expect(asked([organization({ allow: ["*.a.com"] }), layer("session", { allow: [] })], "x.a.com")[0]).toBe("allow");
  });

  it("is asked of a person only where a level says so and none says otherwise", () => {
    expect(asked([organization({ unlisted: "ask" })], "x.com")).toEqual(["ask", "egress.not_listed", "organization", null]);
    expect(asked([organization({ unlisted: "ask" }), workspace({ unlisted: "deny" })], "x.com")[0]).toBe("deny");
    expect(asked([organization({ unlisted: "deny" }), workspace({ unlisted: "ask" })], "x.com")[0]).toBe("deny");
    expect(asked([organization({ unlisted: "ask", deny: ["x.com"] })], "x.com")[0]).toBe("deny");
    expect(asked([organization({ unlisted: "ask" })], "10.0.0.1")[0]).toBe("deny");
  });

  it("is nothing while a list cannot be read", () => {
    expect(asked([organization({ allow: ["a.com"] }), layer("workspace", "unreadable")], "a.com")).toEqual(["deny", "egress.policy_unreadable", "workspace", null]);
  });

  it.each(["localhost", "http://127.0.0.1", "2130706433", "[::1]", "169.254.169.254", "10.0.0.1", "https://[::ffff:10.0.0.1]/", "db.internal", "router", "metadata.google.internal", "https://a.com@evil.com", "https://a.com\\.evil.com"])("is never %s, also when everything is asked", (host) => {
    expect(asked([organization({ allow: ["a.com", "8.8.8.8"], unlisted: "ask" }), layer("session", { allow: ["a.com"] })], host)[0]).toBe("deny");
  });

  it("is a public address only when just that address is listed, in whichever spelling", () => {
    const layers = [organization({ allow: ["8.8.8.8", "*.com"].slice(0, 1) })];
    expect(asked(layers, "https://134744072/")).toEqual(["allow", "egress.allowed", "organization", "8.8.8.8"]);
    expect(asked(layers, "8.8.4.4")[0]).toBe("deny");
  });
});

describe("a star", () => {
  it("stands for exactly one label", () => {
    const layers = [organization({ allow: ["*.example.com"] })];
    expect(asked(layers, "a.example.com")[0]).toBe("allow");
    for (const host of ["example.com", "a.b.example.com", "aexample.com", ".example.com", "a.example.com.evil.net", "a.example.comx", "evil.net/a.example.com"]) expect(asked(layers, host)[0], host).toBe("deny");
  });

  it("may be two in what is denied, for the domain and all below it", () => {
    const layers = [organization({ allow: ["example.com", "a.b.example.com", "notexample.com"], deny: ["**.example.com"] })];
    for (const host of ["example.com", "a.b.example.com"]) expect(asked(layers, host)).toEqual(["deny", "egress.denied", "organization", "**.example.com"]);
    expect(asked(layers, "notexample.com")[0]).toBe("allow");
  });
});

describe("a list", () => {
  it("keeps each domain once, in the form that is compared", () => {
    expect(EgressContent.parse({ allow: ["*.BÜCHER.example.", "example.com", "EXAMPLE.com"], deny: [] }).allow).toEqual(["*.xn--bcher-kva.example", "example.com"]);
    const parsed = EgressContent.parse({ allow: ["*.bücher.example"], deny: ["**.x.com"], unlisted: "ask" });
    expect(EgressContent.parse(parsed)).toEqual(parsed);
  });

  it.each(["*", "*.com", "**.example.com", "a.*.com", "a*.example.com", "*.*.example.com", "https://example.com", "example.com/path", "example.com:443", "a@example.com", "10.0.0.1", "*.8.8.8.8", "localhost", "*.local", "x.internal", "", "exa mple.com", "[::1]", "0x7f.1"])(
    "allows no %j",
    (text) => expect(lists(text)).toBe(false),
  );

  it.each(["**.example.com", "10.0.0.1", "localhost", "*.example.com"])("may deny %s", (text) => expect(lists(text, "deny")).toBe(true));
  it.each(["**.com", "*", "**", "https://x.com"])("denies no %s", (text) => expect(lists(text, "deny")).toBe(false));
});
