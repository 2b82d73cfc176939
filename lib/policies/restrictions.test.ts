import { describe, expect, it } from "vitest";
import { CapabilitiesContent, firstCapabilities } from "./capabilities-content";
import { completeRow } from "./complete-row";
import { capability } from "./capability";
import { firstPolicy } from "./first-policy";
import { PolicyContent } from "./content";
import { parseRate } from "./rate";
import { domainPattern, operationWord, pathGlob, rateText } from "./restrictions";

describe("a row of the grid", () => {
  it("restricts nothing that it does not name, also when it is older than the columns", () => {
    const open = { rate: null, paths: null, domains: null, operations: null };
    expect(completeRow({ tool: "a", mode: "allowed", costCeilingMicros: 1 })).toEqual({ tool: "a", mode: "allowed", costCeilingMicros: 1, ...open });
    expect(capability.parse({ tool: "a", mode: "allowed", costCeilingMicros: null })).toMatchObject(open);
  });

  it("keeps an empty list, which allows nothing, apart from none", () => {
    const row = { tool: "a", mode: "allowed", costCeilingMicros: null, paths: [], domains: [], operations: [] } as const;
    expect(capability.parse(row)).toMatchObject({ paths: [], domains: [], operations: [] });
    expect(completeRow({ ...row, paths: [], domains: [], operations: [] })).toMatchObject({ paths: [], domains: [], operations: [] });
  });

  it("names a tool once, however it is spelled", () => {
    const row = (tool: string) => ({ tool, mode: "allowed" as const, costCeilingMicros: null });
    expect(PolicyContent.safeParse({ ...firstPolicy, tools: [row("write:documents/*"), row("write:documents.*")] }).success).toBe(false);
    expect(CapabilitiesContent.safeParse({ tools: [row("a/b"), row("a.b")] }).success).toBe(false);
  });
});

describe("a grid above the agent", () => {
  it("says nothing at first, and a bound that is left out says nothing", () => {
    expect(CapabilitiesContent.parse({ tools: [] })).toEqual(firstCapabilities);
    expect(CapabilitiesContent.parse({ tools: [], bounds: { maxRunSeconds: 30 } }).bounds).toMatchObject({ maxRunSeconds: 30, level: null, riskThreshold: null });
  });

  it.each([{ riskThreshold: "CRITICAL" }, { maxRunSeconds: 0 }, { level: "loose" }, { everything: true }])("refuses the bound %j", (bounds) => {
    expect(CapabilitiesContent.safeParse({ tools: [], bounds }).success).toBe(false);
  });
});

describe("a rate", () => {
  it.each([["100/hour", { calls: 100, period: "hour" }], ["1/minute", { calls: 1, period: "minute" }], ["999999/day", { calls: 999_999, period: "day" }]])("is read from %j", (text, rate) => {
    expect(parseRate(rateText.parse(text))).toEqual(rate);
  });

  it.each(["0/hour", "-1/hour", "01/hour", "1e3/hour", "1000000/hour", "100/week", "100/Hour", "100 / hour", "100", "/hour", "", "1/hour/day"])("is refused as %j, and never read as no limit", (text) => {
    expect(rateText.safeParse(text).success).toBe(false);
    expect(() => parseRate(text)).toThrow("cannot be read");
  });
});

describe("a path of a row", () => {
  it.each(["/data/reports/*", "documents/*", "*", "/", "/srv/Data/x.csv", "*.csv", "Ausgänge/März/*", "a b/c"])("takes %j", (path) => {
    expect(pathGlob.parse(path)).toBe(path);
  });

  it.each(["/data/../etc/*", "..", "./a", "a/./b", "/data/%2e%2e/etc", "/data%2fetc", "a//b", "/data/", "a\\b", "a**", "[ab]/c", "{a,b}", "a?", "a\u0000b", "a\u202Eb", "", "Ma\u0308rz"])("refuses %j", (path) => {
    expect(pathGlob.safeParse(path).success).toBe(false);
  });
});

describe("a domain of a row", () => {
  it.each([["api.example.com", "api.example.com"], ["*.Example.COM", "*.example.com"], ["bücher.example", "xn--bcher-kva.example"], ["*.bücher.example", "*.xn--bcher-kva.example"]])("takes %j as %j", (text, kept) => {
    expect(domainPattern.parse(text)).toBe(kept);
  });

  it.each(["*", "*.com.", "example", "127.0.0.1", "0x7f.1", "[::1]", "a.*.com", "*a.example.com", "https://example.com", "example.com/x", "example.com:443", "user@example.com", "ex ample.com", "a..com", "bücher.example/x", "-a.example.com", ""])("refuses %j", (text) => {
    expect(domainPattern.safeParse(text).success).toBe(false);
  });
});

it("keeps an operation in lower case, as it is compared", () => {
  expect(operationWord.parse("Delete")).toBe("delete");
  for (const word of ["", "de lete", "delete*", "dełete"]) expect(operationWord.safeParse(word).success).toBe(false);
});
