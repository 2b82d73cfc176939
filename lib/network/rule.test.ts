import { expect, it } from "vitest";
import { judgeOf, noRule, type NetworkRule } from "./rule";

const office = { range: "203.0.113.0/24", name: "Vienna", vpn: false };
const vpn = { range: "198.51.100.0/28", name: "VPN", vpn: true };
const six = { range: "2001:db8::/32", name: "", vpn: false };

const admits = (rule: Partial<NetworkRule>, ...ips: (string | null)[]) => ips.map((ip) => judgeOf({ ...noRule, ...rule })(ip).admitted);

it("without a rule everybody comes in, from wherever it cannot be told too", () => {
  expect(admits({ entries: [office] }, "8.8.8.8", null, "", "nonsense")).toEqual([true, true, true, true]);
});

it("a list lets in who is on it, of either kind of address", () => {
  const rule: Partial<NetworkRule> = { addresses: "listed", entries: [office, vpn, six] };
  expect(admits(rule, "203.0.113.7", "198.51.100.3", "2001:db8:1::5")).toEqual([true, true, true]);
  expect(admits(rule, "203.0.114.7", "2001:db9::1", null, "", "nonsense", "203.0.113.7, 8.8.8.8", "203.0.113.7%eth0", "203.0.113.007")).toEqual(Array(8).fill(false));
  expect(judgeOf({ ...noRule, ...rule })("203.0.113.7", true).by).toBe("203.0.113.0/24 (Vienna)");
});

it("an empty list lets nobody in", () => {
  expect(admits({ addresses: "listed" }, "203.0.113.7", "::1", null)).toEqual([false, false, false]);
  expect(admits({ addresses: "vpn", entries: [office] }, "203.0.113.7", null)).toEqual([false, false]);
});

it("'VPN only' is the VPN's ways out and nothing else, whatever other rules say", () => {
  const rule: Partial<NetworkRule> = { addresses: "vpn", entries: [office, vpn], countries: "only", countryCodes: ["AT"], admitsUnknown: false };
  expect(admits(rule, "198.51.100.3", "203.0.113.7", "194.232.104.1", null)).toEqual([true, false, false, false]);
});

it("countries are let in or blocked, and what is not known is as was said", () => {
  const [austria, america, nowhere] = ["194.232.104.1", "8.8.8.8", "203.0.113.7"];
  expect(admits({ countries: "only", countryCodes: ["AT"] }, austria, america, nowhere, null)).toEqual([true, false, false, false]);
  expect(admits({ countries: "except", countryCodes: ["US"] }, austria, america, nowhere, null)).toEqual([true, false, false, false]);
  expect(admits({ countries: "only", countryCodes: ["AT"], admitsUnknown: true }, austria, america, nowhere, null)).toEqual([true, false, true, false]);
  expect(admits({ countries: "only" }, austria)).toEqual([false]);
});

it("a list and countries must both hold", () => {
  const rule: Partial<NetworkRule> = { addresses: "listed", entries: [{ range: "8.8.8.0/24", name: "", vpn: false }, { range: "194.232.0.0/16", name: "", vpn: false }], countries: "only", countryCodes: ["AT"] };
  expect(admits(rule, "194.232.104.1", "8.8.8.8")).toEqual([true, false]);
});

it("a rule that cannot be read lets nobody in", () => {
  expect(() => judgeOf({ ...noRule, addresses: "listed", entries: [{ range: "everywhere", name: "", vpn: false }] })).toThrow("cannot be read");
});
