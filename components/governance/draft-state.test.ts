import { expect, it } from "vitest";
import { draftOf, draftStep, type DraftState, isChanged, isOutdated } from "./draft-state";

type State = DraftState<{ text: string }>;
const version = (number: number, text: string) => ({ version: number, content: { text } });
const typed = (state: State, text: string) => draftStep(state, { type: "type", content: { text } });

it("keeps what was typed when somebody else publishes first, until its author has seen both", () => {
  const mine = typed(draftOf(version(1, "permit")), "permit; mine");
  const after = draftStep(mine, { type: "read", current: version(2, "permit; theirs") });
  expect([after.content.text, after.base.version, isOutdated(after)]).toEqual(["permit; mine", 1, true]);
  const seen = draftStep(after, { type: "rebase" });
  expect([seen.content.text, seen.base.version, isOutdated(seen), isChanged(seen)]).toEqual(["permit; mine", 2, false, true]);
});

it("takes a new version at once where nothing was typed, and where what was typed is what was published", () => {
  const first = draftOf(version(1, "permit"));
  expect(draftStep(first, { type: "read", current: version(2, "theirs") })).toEqual(draftOf(version(2, "theirs")));
  const published = draftStep(typed(first, " permit; mine "), { type: "settle" });
  expect(isChanged(published)).toBe(false);
  expect(draftStep(published, { type: "read", current: version(2, "permit; mine") })).toEqual(draftOf(version(2, "permit; mine")));
});

it("goes back to what is in force, not to what was", () => {
  const after = draftStep(typed(draftOf(version(1, "permit")), "mine"), { type: "read", current: version(2, "theirs") });
  expect(draftStep(after, { type: "discard" })).toEqual(draftOf(version(2, "theirs")));
});
