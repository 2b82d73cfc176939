import { describe, expect, it } from "vitest";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { hostsIn } from "./hosts-in";

const found = (tool: string, given: object, resource = "") => hostsIn(SubmitActionInput.parse({ tool, resource, arguments: given, estimatedCostMicros: 0 })).found.map(({ text }) => text);

describe("the hosts that an action names", () => {
  it.each<[string, object, string[]]>([
    ["http.get", { url: "https://a.com/x" }, ["https://a.com/x"]],
    ["http.get", { URL: "a.com/x" }, ["a.com/x"]],
    ["http.get", { request: { target: [{ deep: { base_url: "a.com" } }] } }, ["a.com"]],
    ["http.get", { anything: "HTTPS://a.com" }, ["HTTPS://a.com"]],
    ["http.get", { anything: "http:/evil.com" }, ["http:/evil.com"]],
    ["http.get", { url: "//evil.com/x" }, ["//evil.com/x"]],
    ["http.get", { url: "\\\\evil.com/x" }, ["\\\\evil.com/x"]],
    ["web.search", { domain: "a.com", domains: ["b.com", "c.com"] }, ["a.com", "b.com", "c.com"]],
    ["http.get", { base_url: "https://a.com", url: "/path?x=1" }, ["https://a.com"]],
    ["http.get", { ["ｕｒｌ"]: "https://a.com" }, ["https://a.com"]],
    ["http.get", { url: { host: "evil.com", protocol: "https" } }, ["evil.com"]],
    ["http.get", { host: "2130706433" }, ["2130706433"]],
    ["send_webhook", { text: "see https://a.com" }, []],
    ["crm.update", { website: "https://a.com", domain: "a.com", note: "https://b.com" }, []],
    ["crm.update", { callbackUrl: "https://evil.com" }, ["https://evil.com"]],
    ["crm.update", { server: "evil.com:8080", host: "Ann Miller", endpoint: "v2" }, ["evil.com:8080"]],
    ["crm.update", { url: "javascript://evil.com/%0a" }, ["javascript://evil.com/%0a"]],
    ["sandbox.python", { code: "print(1)" }, []],
  ])("by %s with %j are %j", (tool, given, expected) => {
    expect(found(tool, given)).toEqual(expected);
  });

  it("are looked for in the resource too", () => {
    expect(found("http.get", {}, "https://evil.com")).toEqual(["https://evil.com"]);
  });

  it("are found at the deepest and in the widest arguments that a request may have, each once", () => {
    let bomb: object = { url: "https://evil.com" };
    for (let depth = 0; depth < 60; depth++) bomb = depth % 2 ? { a: bomb } : { a: [bomb, bomb].slice(0, 1) };
    expect(found("http.get", bomb)).toEqual(["https://evil.com"]);
    const wide = Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`url${at}`, "x"]));
    expect(found("http.get", { ...wide, urls: Array.from({ length: 50 }, () => "https://evil.com") })).toEqual(["https://evil.com"]);
    expect(found("crm.update", { server: `${"a.".repeat(2_000_000)} ` })).toEqual([]);
  });

  it.each([["http.get", true], ["web/browse", true], ["crm_api.list", true], ["curl", true], ["crm.read", false], ["sandbox.http", false], ["apiary.read", false]])("makes %s a tool that reaches a network: %s", (tool, reaches) => {
    expect(hostsIn(SubmitActionInput.parse({ tool, estimatedCostMicros: 0 })).reaches).toBe(reaches);
  });
});
