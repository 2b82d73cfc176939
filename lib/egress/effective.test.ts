import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EgressContent } from "./content";
import { effectiveEgress } from "./effective";
import { hostList } from "./pattern";
import { type EgressLayer, egressVerdict } from "./verdict";

const levels = ["organization", "workspace", "template"] as const;
const layers = (...allow: (string[] | null)[]): EgressLayer[] =>
  allow.map((list, at) => ({ scopeType: levels[at] ?? "template", scopeId: String(at), version: 1, content: EgressContent.parse({ allow: list, deny: [] }) }));

describe("what an agent reaches in effect", () => {
  it("is nothing without a list, and what the only list says with one", () => {
    expect(effectiveEgress(layers(null, null)).allowed).toBeNull();
    expect(effectiveEgress(layers(null, ["a.com"])).allowed).toEqual([{ pattern: "a.com", by: "workspace" }]);
    expect(effectiveEgress(layers(["a.com"], [])).allowed).toEqual([]);
  });

  it("names the lines that change nothing, and the level that makes them so", () => {
    const { allowed, idle } = effectiveEgress(layers(["*.a.com", "b.com"], ["x.a.com", "c.com"]));
    expect(allowed).toEqual([{ pattern: "x.a.com", by: "workspace" }]);
    expect(idle).toEqual([{ pattern: "c.com", at: "workspace", by: "organization" }, { pattern: "b.com", at: "organization", by: "workspace" }]);
    expect(effectiveEgress(layers(["x.a.com"], ["*.a.com"]))).toMatchObject({ allowed: [{ pattern: "x.a.com" }], idle: [] });
  });

  it("says the same as the decision, for every host", () => {
    const list = fc.option(fc.uniqueArray(fc.constantFrom("a.com", "*.a.com", "x.a.com", "y.a.com", "b.com", "*.x.a.com")), { nil: null });
    fc.assert(
      fc.property(list, list, list, fc.constantFrom("a.com", "x.a.com", "y.a.com", "z.a.com", "b.com", "x.x.a.com"), (one, two, three, host) => {
        const given = layers(one, two, three);
        const { allowed, idle } = effectiveEgress(given);
        expect(hostList((allowed ?? []).map(({ pattern }) => pattern))(host) !== null).toBe(egressVerdict(given, host).outcome === "allow");
        for (const { pattern, at } of idle) {
          const without = given.map((layer) => (layer.scopeType === at && layer.content ? { ...layer, content: { ...layer.content, allow: layer.content.allow?.filter((line) => line !== pattern) ?? null } } : layer));
          expect(egressVerdict(without, host).outcome).toBe(egressVerdict(given, host).outcome);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
