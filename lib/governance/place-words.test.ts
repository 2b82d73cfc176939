import { describe, expect, it } from "vitest";
import { placeWords } from "./place-words";

const content = { rules: [{ name: "Large payments", answer: { stages: [{ name: "Team" }, { name: "Boss", anyOf: [{ count: 0 }] }], breakGlass: ["x"] } }, {}], tools: [{ tool: "mail.*", rate: "?" }] };

describe("the place of a problem in a document", () => {
  it.each([
    ["rules.0", "Rule 1 (Large payments)"],
    ["rules.1", "Rule 2"],
    ["rules.0.answer.stages.1.anyOf.0.count", "Rule 1 (Large payments), answer, stage 2 (Boss), any of 1, count"],
    ["rules.0.answer.breakGlass.0", "Rule 1 (Large payments), answer, break glass 1 (x)"],
    ["rules.7.answer.costAtMostMicros", "Rule 8, answer, cost at most micros"],
    ["tools.0.rate", "Tool 1 (mail.*), rate"],
    ["rules", "Rules"],
    ["", ""],
  ])("%s is read as %s", (path, words) => {
    expect(placeWords(path, content)).toBe(words);
  });
});
