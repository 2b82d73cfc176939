import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { missingOptionals } from "../lock-gaps.mjs";

const lock = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"));

test("`npm ci` finds every platform's packages in the lock file; else run: node scripts/complete-lock.mjs", () => {
  expect(missingOptionals(lock.packages)).toEqual([]);
});

test("the lock file names no registry", () => {
  expect(JSON.stringify(lock)).not.toContain('"resolved"');
});

test("a gap is found, also below another package", () => {
  const packages = {
    "node_modules/a": { optionalDependencies: { "a-linux-x64": "1.0.0", "a-darwin-x64": "^1.0.0" } },
    "node_modules/a/node_modules/a-linux-x64": { version: "1.0.0" },
  };
  expect(missingOptionals(packages)).toEqual([{ name: "a-darwin-x64", version: "1.0.0", dev: false }]);
});
