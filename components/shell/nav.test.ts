import { describe, expect, it } from "vitest";
import { byGroup, currentItem, findItems, type NavItem } from "./nav";

const item = (href: string, group = "Work"): NavItem => ({ href, group, label: href, icon: "home" });
const items = [item("/"), item("/runs"), item("/settings", "Admin"), item("/settings/keys", "Admin"), item("/approvals")];

describe("currentItem", () => {
  it("takes the longest address that the path begins with", () => {
    expect(currentItem(items, "/settings/keys/1")?.href).toBe("/settings/keys");
    expect(currentItem(items, "/settings/members")?.href).toBe("/settings");
    expect(currentItem(items, "/")?.href).toBe("/");
  });

  it("does not take a name that only begins alike, nor home for everything", () => {
    expect(currentItem(items, "/runs-archive")).toBeUndefined();
  });
});

describe("byGroup", () => {
  it("keeps the order and gathers each group once", () => {
    expect(byGroup(items).map(({ group, items: members }) => [group, members.length])).toEqual([["Work", 3], ["Admin", 2]]);
  });
});

describe("findItems", () => {
  it("finds by each word typed, in the name or the group", () => {
    expect(findItems(items, "KEY admin").map(({ href }) => href)).toEqual(["/settings/keys"]);
    expect(findItems(items, " ")).toHaveLength(items.length);
  });

  it("finds by what a place is about, behind those that are called so", () => {
    const egress = { ...item("/policies/egress"), about: "Which domains agents reach, for runs too" };
    expect(findItems([egress, ...items], "domains reach").map(({ href }) => href)).toEqual(["/policies/egress"]);
    expect(findItems([egress, ...items], "runs").map(({ href }) => href)).toEqual(["/runs", "/policies/egress"]);
  });
});
