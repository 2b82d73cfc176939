import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { drawIcons, iconFile } from "./draw-icons";

it("has drawn every icon that has a name", () => {
  expect(readFileSync(iconFile, "utf8")).toBe(drawIcons());
});
