import fc from "fast-check";
import { expect, it } from "vitest";
import { demandOf, hashAt, keyValue, matchesTrigger, parseCondition, requireAwaitCondition, requireTriggerCondition } from "./expression";

const event = { data: { id: "a", n: 2, ok: true, nothing: null, nested: { x: "it's" }, list: [1] } };

it("meets a trigger's condition when every equality holds", () => {
  expect(matchesTrigger("event.data.id == 'a'", event)).toBe(true);
  expect(matchesTrigger(`"a" == event.data.id && event.data.n == 2 && event.data.ok == true`, event)).toBe(true);
  expect(matchesTrigger(String.raw`event.data.nested.x == 'it\'s'`, event)).toBe(true);
  expect(matchesTrigger("event.data.nothing == null", event)).toBe(true);
  expect(matchesTrigger("event.data.id == 'a' && event.data.n == 3", event)).toBe(false);
});

it("finds nothing equal to what the event lacks, nor to objects, nor across types", () => {
  expect(matchesTrigger("event.data.none == null", event)).toBe(false);
  expect(matchesTrigger("event.data.none == event.data.none", event)).toBe(false);
  expect(matchesTrigger("event.data.list == event.data.list", event)).toBe(false);
  expect(matchesTrigger("event.data.n == '2'", event)).toBe(false);
  expect(matchesTrigger("event.data.constructor == event.data.constructor", event)).toBe(false);
});

it("refuses everything else, quoting it", () => {
  const bad = ["", "event.data.n > 1", "event.data.a == 1 || event.data.b == 2", "event.data.a", "event.data.a == ", "== 1",
    "event.data.a == 1 &&", "&& event.data.a == 1", "event.data.a == 1 event.data.b == 2", "!event.data.a", "size(event.data.a) == 1",
    "event.data['a'] == 1", "event.data.a == 'x", "other.a == 1", "event.data.a == 1 == 2", "a".repeat(2000)];
  for (const text of bad) expect(() => parseCondition(text), text).toThrow(/not supported/);
  expect(() => requireTriggerCondition("event.data.a == async.data.a")).toThrow(/async/);
  expect(() => requireAwaitCondition("async.data.a == async.data.b")).toThrow(/itself/);
});

it("never throws anything but that refusal", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseCondition(text);
      } catch (error) {
        expect(String(error)).toContain("not supported");
      }
    }),
  );
});

it("matches an awaited event to the wait by the values the condition names", () => {
  const demand = demandOf("event.data.id == async.data.id && async.data.kind == 'final' && event.data.n == 2", event);
  const hash = (data: unknown) => demand && hashAt(demand.paths, { data });
  expect(hash({ kind: "final", id: "a", more: 1 })).toBe(demand?.hash);
  expect(hash({ kind: "final", id: "b" })).not.toBe(demand?.hash);
  expect(hash({ id: "a" })).toBeUndefined();
  expect(demandOf("async.data.kind == 'final' && async.data.id == event.data.id", event)).toEqual(demand);
});

it("knows when no event can ever meet a wait", () => {
  expect(demandOf("event.data.none == async.data.id", event)).toBeUndefined();
  expect(demandOf("event.data.n == 3 && async.data.id == 'a'", event)).toBeUndefined();
});

it("meets a wait with no condition by every event of the name", () => {
  const demand = demandOf(undefined, event);
  expect(demand && hashAt(demand.paths, {})).toBe(demand?.hash);
});

it("tells key values of different types apart", () => {
  const values = [1, "1", true, null, "true"].map((n) => keyValue("event.data.n", { data: { n } }));
  expect(new Set(values).size).toBe(5);
});
