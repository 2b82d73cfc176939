import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMicros, parseMoney, toDecimal } from "./money-format";

describe("formatMicros", () => {
  it("shows the currency's digits, and more only where the amount has them", () => {
    expect(formatMicros(1_234_500_000n, "USD")).toBe("$1,234.50");
    expect(formatMicros(2_000, "USD")).toBe("$0.002");
    expect(formatMicros(1, "USD")).toBe("$0.000001");
    expect(formatMicros(500_000_000, "JPY")).toBe("¥500");
    expect(formatMicros("-12340000", "EUR")).toBe("-€12.34");
  });

  it("stays exact where floating point would not", () => {
    expect(formatMicros(9_007_199_254_740_993_000_001n, "USD")).toBe("$9,007,199,254,740,993.000001");
  });

  it("refuses a number that is not exact", () => {
    expect(() => formatMicros(0.1, "USD")).toThrow(RangeError);
    expect(() => formatMicros(2 ** 53, "USD")).toThrow(RangeError);
  });

  it("marks differences and shortens for axes on request", () => {
    expect(formatMicros(5_000_000, "USD", { sign: true })).toBe("+$5.00");
    expect(formatMicros(12_345_000_000, "USD", { compact: true })).toBe("$12.3K");
  });
});

describe("parseMoney", () => {
  it("reads what people type", () => {
    expect(parseMoney("1,234.50", "USD")).toBe(1_234_500_000n);
    expect(parseMoney(" $0.002 ", "USD")).toBe(2_000n);
    expect(parseMoney("eur 12", "EUR")).toBe(12_000_000n);
    expect(parseMoney("12 €", "EUR")).toBe(12_000_000n);
    expect(parseMoney(".5", "USD")).toBe(500_000n);
    expect(parseMoney("7.", "USD")).toBe(7_000_000n);
  });

  it.each(["", ".", "abc", "1,5", "1,2345", "12.3456789", "-1", "1e3", "1 000", "0x10", "$", "10 EUR", "9007199255"])(
    "does not guess at %j",
    (text) => {
      expect(parseMoney(text, "USD")).toBeNull();
    },
  );

  it("reads back every amount that was formatted", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) }), fc.constantFrom("USD", "EUR", "JPY", "CHF"), (micros, currency) => {
        expect(parseMoney(formatMicros(micros, currency), currency)).toBe(micros);
        expect(parseMoney(toDecimal(micros), currency)).toBe(micros);
      }),
    );
  });
});
