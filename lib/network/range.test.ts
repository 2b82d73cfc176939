import { describe, expect, it } from "vitest";
import { parseCountries } from "./countries";
import { entriesSchema, entriesText, parseEntries } from "./entries";
import { parseRange, rangeText } from "./range";

const read = (text: string) => {
  const range = parseRange(text);
  return "wrong" in range ? null : rangeText(range);
};

describe("a range", () => {
  it("is kept in one form, with its host bits cleared", () => {
    const forms: [string, string][] = [
      ["203.0.113.7", "203.0.113.7/32"], [" 203.0.113.7/24 ", "203.0.113.0/24"], ["10.255.255.255/8", "10.0.0.0/8"], ["128.0.0.0/1", "128.0.0.0/1"],
      ["2001:DB8:0:0::1", "2001:db8::1/128"], ["2001:db8::ffff/32", "2001:db8::/32"], ["::1", "::1/128"],
      ["::ffff:203.0.113.7", "203.0.113.7/32"], ["::ffff:203.0.113.7/120", "203.0.113.0/24"], ["::FFFF:cb00:7107/128", "203.0.113.7/32"],
    ];
    for (const [typed, kept] of forms) expect(read(typed), typed).toBe(kept);
  });

  it("is refused where it is none, or everywhere", () => {
    for (const wrong of ["", "office", "203.0.113", "203.0.113.0/33", "203.0.113.0/-1", "203.0.113.0/024", "203.0.113.0/24/8", "203.0.113.0/ 24", "0.0.0.0/0", "1.2.3.4/0", "::/0", "2001:db8::/129", "fe80::1%eth0", "::ffff:0:0/95", "::ffff:0.0.0.0/96", "1.2.3.4-1.2.3.9", "01.2.3.4", "[::1]"]) {
      expect(read(wrong), wrong).toBeNull();
    }
  });
});

describe("a list", () => {
  it("is one range a line, with its name; the same range twice is one entry", () => {
    const list = parseEntries("# offices\n203.0.113.0/24 # Vienna \r\n\n2001:db8::1\n203.0.113.9/24 # Vienna again", false).entries;
    expect(list).toEqual([{ range: "203.0.113.0/24", name: "Vienna again", vpn: false }, { range: "2001:db8::1/128", name: "", vpn: false }]);
    expect(entriesText(list)).toBe("203.0.113.0/24 # Vienna again\n2001:db8::1/128");
  });

  it("says which line is wrong, and has 500 entries at the most", () => {
    const wrong = (text: string) => entriesSchema.safeParse(text).error?.issues[0]?.message;
    expect(wrong("203.0.113.1\n\nnonsense # x")).toContain("line 3: nonsense is no address");
    expect(wrong("203.0.113.1 # a\u202eb")).toContain("line 1");
    expect(wrong(`203.0.113.1 # ${"x".repeat(81)}`)).toContain("80 characters");
    const many = (count: number) => Array.from({ length: count }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`).join("\n");
    expect(wrong(many(500))).toBeUndefined();
    expect(wrong(many(501))).toContain("501 entries");
  });
});

it("countries are named by their English names or codes", () => {
  expect(parseCountries("Austria, de;  Switzerland\nAT")).toEqual({ codes: ["AT", "CH", "DE"], unknown: [] });
  expect(parseCountries("Atlantis, XX").unknown).toEqual(["Atlantis", "XX"]);
});
