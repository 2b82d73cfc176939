import { expect, it } from "vitest";
import { safeNextPath } from "./next-path";

it("leads back to a page of the portal, with its query", () => {
  expect(safeNextPath("/audit?q=refused&sort=-time")).toBe("/audit?q=refused&sort=-time");
});

it.each(["//evil.test/x", "/\\evil.test", "https://evil.test", "javascript:alert(1)", "/\t/evil.test", "", undefined, ["/a"], "/sign-in?next=/sign-in", "/.//evil.test", "/a/..//evil.test/x", "/%2e//evil.test", "/api/auth/signout"])(
  "leads home instead of to %j",
  (value) => {
    expect(safeNextPath(value)).toBe("/");
  },
);
