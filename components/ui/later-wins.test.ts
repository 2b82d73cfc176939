import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { extendTailwindMerge } from "tailwind-merge";
import { expect, it } from "vitest";
import { laterWins } from "./later-wins";

const root = fileURLToPath(new URL("../..", import.meta.url));

// Our own text sizes would otherwise be taken for colours.
const merge = extendTailwindMerge({
  extend: { classGroups: { "font-size": [{ text: ["xs", "sm", "base", "md", "lg", "xl", "2xl"] }], shadow: [{ shadow: ["raised"] }] } },
});

/** Every class that pages and parts are written with. */
function vocabulary(): string[] {
  const files = ["app", "components"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).filter((file) => /(?<!test|later-wins)\.tsx?$/.test(file)).map((file) => path.join(root, folder, file)),
  );
  const words = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/"([^"\n]*)"/g)].flatMap(([, text = ""]) => text.split(/\s+/)));
  // What tailwind-merge knows for a utility, it does not leave in twice.
  return [...new Set(words)].filter((word) => word !== "" && merge(`${word} ${word}`) === word).toSorted();
}

const states = (word: string) => word.slice(0, word.replaceAll(/\[[^\]]*\]/g, (part) => "_".repeat(part.length)).lastIndexOf(":") + 1);

it("decides between any two classes of the portal as tailwind-merge does, at a tenth of its size", () => {
  const words = vocabulary();
  expect(words.length).toBeGreaterThan(300);
  const differing: string[] = [];
  for (const first of words) {
    for (const second of words) {
      // Other states never take anything from one another.
      if (states(first) !== states(second)) continue;
      const both = `${first} ${second}`;
      const wanted = merge(both);
      if (laterWins(both) !== wanted) differing.push(`${both} → ${wanted}`);
    }
  }
  expect(differing).toEqual([]);
});

it("keeps the order, and what is there for other states", () => {
  expect(laterWins("h-8 px-3 hover:bg-hover pl-8 text-sm hover:bg-accent h-10")).toBe("px-3 pl-8 text-sm hover:bg-accent h-10");
});
