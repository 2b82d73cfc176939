import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { makeScratch } from "./scratch";

test("the folder of a killed run is removed by the next one, that of a living run is not", () => {
  const prefix = `scratch-of-${process.pid}-`;
  const killed = makeScratch(prefix);
  writeFileSync(path.join(killed, "owner.json"), JSON.stringify({ pid: process.pid, startedAt: "an earlier start" }));
  const living = makeScratch(prefix);
  const next = makeScratch(prefix);
  expect([killed, living, next].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  for (const folder of [living, next]) rmSync(folder, { recursive: true });
});
