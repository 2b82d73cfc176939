import { expect, test } from "vitest";
import { answerIn } from "./setup-script";

test("the answer is found among log lines before and after it", () => {
  const output = 'plain\n{"level":30,"msg":"made"}\n{"file":"/data/demo.json"}\n{"level":40,"msg":"engine is away"}\n{"cut';
  expect(answerIn(output, "file")).toBe("/data/demo.json");
});

test("an answer of nothing is nothing, and so is none", () => {
  expect(answerIn('{"link":null}', "link")).toBeNull();
  expect(answerIn("", "link")).toBeNull();
});
