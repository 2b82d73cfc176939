import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { presentArguments } from "./present-arguments";

const shown = (tool: string, args: object) => presentArguments(tool, JSON.stringify(args));

it("takes a program, its files and the rest apart", () => {
  const binary = Buffer.from([0x89, 0x50, 0, 1]);
  const args = shown("sandbox.node", { code: "console.log(1)", args: ["x"], files: [{ name: "a.png", contentBase64: binary.toString("base64") }] });
  expect(args.code).toEqual({ language: "node", text: "console.log(1)" });
  expect(args.files).toEqual([{ name: "a.png", size: 4, sha256: createHash("sha256").update(binary).digest("hex"), preview: null, more: false }]);
  expect(args.rest).toEqual({ args: ["x"] });
});

it("keeps what only looks like a program or files as it is", () => {
  const args = shown("crm.write", { code: "A1", files: "none" });
  expect([args.code, args.files, args.rest]).toEqual([null, [], { code: "A1", files: "none" }]);
});

it("masks programs, file names, previews and the rest, and counts", () => {
  const secret = "sk-live-0123456789abcdefghij";
  const args = shown("sandbox.python", { code: `key = "${secret}"`, stdin: `Bearer ${secret}`, files: [{ name: "f.txt", content: `${"x".repeat(1990)} ${secret}` }] });
  expect(JSON.stringify(args)).not.toMatch(/0123456789|sk-live/);
  expect(args.maskedCount).toBe(3);
});

it("cuts what is long for the page, and says so", () => {
  const long = shown("crm.write", { note: "n".repeat(50_000) });
  expect(long.shortened).toBe(true);
  expect(JSON.stringify(long.rest)).toContain("30000 more characters");
  const wide = shown("crm.write", { list: Array.from({ length: 60_000 }, (_, i) => `item ${i}`) });
  expect([wide.shortened, typeof wide.rest]).toEqual([true, "string"]);
  expect(JSON.stringify(wide).length).toBeLessThan(400_000);
});
