import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sourcesDigest } from "./build";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sources-"));
  mkdirSync(path.join(folder, "app/deep"), { recursive: true });
  writeFileSync(path.join(folder, "app/deep/page.tsx"), "one");
  writeFileSync(path.join(folder, "config.ts"), "two");
});
afterEach(() => rmSync(folder, { recursive: true }));

const digest = () => sourcesDigest(folder, ["app", "config.ts", "absent"]);

test("touching a file or changing its test does not ask for a build", () => {
  const before = digest();
  utimesSync(path.join(folder, "config.ts"), new Date(0), new Date(0));
  writeFileSync(path.join(folder, "app/deep/page.test.ts"), "anything");
  expect(digest()).toBe(before);
});

test("a changed, added, renamed or removed source asks for a build", () => {
  const seen = new Set([digest()]);
  writeFileSync(path.join(folder, "app/deep/page.tsx"), "three");
  seen.add(digest());
  writeFileSync(path.join(folder, "app/added.ts"), "");
  seen.add(digest());
  rmSync(path.join(folder, "app/added.ts"));
  writeFileSync(path.join(folder, "app/renamed.ts"), "");
  seen.add(digest());
  rmSync(path.join(folder, "config.ts"));
  seen.add(digest());
  expect(seen.size).toBe(5);
});
