import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { layoutFaults } from "./layout";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "layout-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, source = "export const one = 1;\n"): void {
  mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
  writeFileSync(path.join(root, file), source);
}

test("a plain tree has no fault", () => {
  write("lib/keys/rotate.ts");
  write("app/(portal)/approvals/[id]/page.tsx");
  expect(layoutFaults(root)).toEqual([]);
});

test.each(["lib/utils/a.ts", "lib/keys/helpers.ts", "components/common/a.tsx", "lib/keys-v2/a.ts"])("%s says nothing by its name", (file) => {
  write(file);
  expect(layoutFaults(root)).toHaveLength(1);
});

test("a file too deep is named", () => {
  write("lib/a/b/c/d/e.ts");
  write("lib/a/b/c/d/e/f.ts");
  expect(layoutFaults(root)).toEqual(["lib/a/b/c/d/e/f.ts: 7 path segments; at most 6"]);
});

test("a barrel is found, and a file that also does something is not taken for one", () => {
  write("lib/keys/index.ts", '// All of it.\nexport * from "./rotate";\nexport { a, b } from "./revoke";\n');
  write("app/api/v1/route.ts", 'export { GET } from "../app";\nexport const dynamic = "force-dynamic";\n');
  expect(layoutFaults(root)).toEqual([expect.stringContaining("lib/keys/index.ts")]);
});
