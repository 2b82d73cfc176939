import { describe, expect, it } from "vitest";
import { requestTarget } from "./target";

describe("what a request asks for", () => {
  it.each([
    ["/api/v1/me?a=%zz", "/api/v1/me?a=%zz"],
    ["/runs/a%2Fb", "/runs/a%2Fb"],
    ["//evil.test/x", "//evil.test/x"],
    ["http://evil.test/api/v1/me?q=1", "/api/v1/me?q=1"],
    ["HTTPS://evil.test", "/"],
    ["http://evil.test?q=1", "/?q=1"],
  ])("%s is %s", (url, target) => expect(requestTarget(url)).toBe(target));

  it.each(["*", "", "evil.test:443", "ftp://evil.test/", "http:/x", "http://", "/runs/%zz", "/%", "/%c0%ae%c0%ae/", "/%ed%a0%80"])("%j is nothing that can be answered", (url) => {
    expect(requestTarget(url)).toBeNull();
  });
});
