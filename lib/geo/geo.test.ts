import { describe, expect, it } from "vitest";
import { countryName, countryOf } from "./country";
import countries from "./countries.json";
import { leastKm } from "./distance";

describe("countryOf", () => {
  it("knows where networks are registered, of either kind of address", () => {
    expect([countryOf("8.8.8.8"), countryOf("194.232.104.1"), countryOf("2001:4860:4860::8888")]).toEqual(["US", "AT", "US"]);
    expect(countryName("AT")).toBe("Austria");
  });

  it("gives no place to addresses that are private, this machine's, or none at all", () => {
    for (const ip of ["10.1.2.3", "192.168.1.1", "172.16.0.1", "127.0.0.1", "::1", "fe80::1", "fd00::1", "100.64.1.1", "198.51.100.7", "2001:db8::1", "", "nonsense", "999.1.1.1", null]) expect(countryOf(ip), String(ip)).toBeNull();
  });
});

describe("leastKm", () => {
  it("never says more than the least way between two countries", () => {
    // Great-circle kilometres between border towns, or nearest coasts.
    const least: [string, string, number][] = [["AT", "DE", 0], ["US", "CA", 0], ["ES", "MA", 14], ["GB", "FR", 33], ["RU", "US", 4], ["PT", "BR", 4_600], ["AU", "NZ", 1_500], ["JP", "KR", 50], ["ID", "PG", 0], ["FR", "GB", 33]];
    for (const [from, to, km] of least) expect(leastKm(from, to), `${from} ${to}`).toBeLessThanOrEqual(km);
  });

  it("tells continents apart, the same way in both directions", () => {
    expect(leastKm("AT", "SG")).toBeGreaterThan(8_000);
    expect(leastKm("GB", "US")).toBeGreaterThan(2_500);
    expect(leastKm("DE", "BR")).toBe(leastKm("BR", "DE"));
    expect([leastKm("AT", "AT"), leastKm("AT", "TV"), leastKm("XX", "YY")]).toEqual([0, 0, 0]);
  });

  it("knows of nearly every country", () => {
    expect(Object.keys(countries).length).toBeGreaterThan(230);
  });
});
