import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { judgePlaces } from "@/lib/health/parts/places";
import { countryName, countryOf } from "./country";
import countries from "./countries.json";
import { places, requireOwnPlaces } from "./database";
import { leastKm } from "./distance";
import { countryIn } from "./record";

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

describe("another database", () => {
  it("may say the country in the way of any of its makers", () => {
    const said = [{ country_code: "AT" }, { country: { iso_code: "AT", names: {} } }, { country: "AT", continent: "EU" }, { country: { iso_code: "at" } }, { country: "Austria" }, {}, null, "AT"];
    expect(said.map(countryIn)).toEqual(["AT", "AT", "AT", null, null, null, null, null]);
  });

  it("is asked for when the portal starts, so that a wrong file is noticed there", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "places-"));
    const [copy, other] = [path.join(folder, "own.mmdb"), path.join(folder, "other.mmdb")];
    await copyFile("node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb", copy);
    await writeFile(other, "no database");
    for (const wrong of [path.join(folder, "missing.mmdb"), other]) {
      vi.stubEnv("GEO_DATABASE", wrong);
      expect(() => requireOwnPlaces()).toThrow(`GEO_DATABASE: ${wrong}`);
    }
    vi.stubEnv("GEO_DATABASE", copy);
    requireOwnPlaces();
    expect(places()?.places.source).toBe("own");
    expect(countryOf("194.232.104.1")).toBe("AT");
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
});

describe("what the status page says of places", () => {
  const made = new Date("2026-06-17T00:00:00Z");
  const after = (days: number) => made.getTime() + days * 86_400_000;
  it("tells their age, and wants a look once an operator's own file is old", () => {
    const judge = (source: "own" | "package", days: number) => judgePlaces({ source, kind: "country", builtAt: made }, after(days));
    expect([judge("package", 5).state, judge("own", 5).state, judge("package", 400).state, judge("own", 400).state]).toEqual(["ok", "ok", "off", "attention"]);
    expect(judge("package", 5).facts).toContainEqual({ term: "Made", value: "2026-06-17, 5 days ago" });
    expect(judgePlaces(null, after(0)).state).toBe("attention");
  });
});
