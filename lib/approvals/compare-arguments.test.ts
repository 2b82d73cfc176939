import { describe, expect, it } from "vitest";
import { compareArguments } from "./compare-arguments";
import { maskMark } from "./mask";

const compare = (...rows: (object | null)[]) => compareArguments(rows.map((row) => row && JSON.stringify(row)));
const places = (values: Record<string, string>, more = 0) => ({ places: Object.entries(values).map(([path, value]) => ({ path, value })), more });

describe("the arguments of look-alikes", () => {
  it("are told apart by place: what all have in common once, and what each has for itself", () => {
    const { same, each } = compare({ to: "ana", from: "us", items: [{ id: 1 }, { id: 2 }] }, { to: "ben", from: "us", items: [{ id: 1 }, { id: 3 }] });
    expect(same).toEqual(places({ "/from": "us", "/items/0/id": "1" }));
    expect(each).toEqual([places({ "/to": "ana", "/items/1/id": "2" }), places({ "/to": "ben", "/items/1/id": "3" })]);
  });

  it("show a difference that comes late in a long text", () => {
    const long = "Dear customer, ".repeat(100);
    const { each } = compare({ text: `${long}pay A` }, { text: `${long}pay B` });
    expect(each.map((row) => row?.places[0]?.value.slice(-5))).toEqual(["pay A", "pay B"]);
    expect(each[0]?.places[0]?.value.length).toBeLessThan(100);
  });

  it("hide secrets, and still say that two hidden ones differ", () => {
    const { same, each } = compare({ password: "one", note: "n" }, { password: "two", note: "n" });
    expect(same).toEqual(places({ "/note": "n" }));
    expect(each).toEqual([places({ "/password": maskMark }), places({ "/password": maskMark })]);
    expect(compare({ password: "one" }, { password: "one" }).same).toEqual(places({ "/password": maskMark }));
  });

  it("are left out where one has no such place, or is too long to be compared", () => {
    expect(compare({ a: { b: 1 } }, { a: {} }, null)).toEqual({ same: places({}), each: [places({ "/a/b": "1" }), places({ "/a": "{}" }), null] });
    expect(compare({}, {})).toEqual({ same: places({}), each: [places({}), places({})] });
  });

  it("are bounded, and what is not shown is counted", () => {
    const many = (seed: number) => Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, "x".repeat(1_000) + seed * at]));
    const { same, each } = compare(many(1), many(2));
    expect([same.places.length + same.more, each[0]?.places.length, each[0]?.more]).toEqual([1, 12, 27]);
    expect(JSON.stringify(each).length).toBeLessThan(30_000);
  });
});
