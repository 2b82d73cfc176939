import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { packClients } from "./pack-clients";

const folder = mkdtempSync(path.join(tmpdir(), "package-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the client's package is installed in an empty folder without a registry and works in plain Node", async () => {
  const file = await packClients(path.join(folder, "packed"));
  expect(path.basename(file)).toBe("countersign-client-0.1.0.tgz");
  const names = execFileSync("tar", ["-tzf", file], { encoding: "utf8" }).trim().split("\n").sort();
  const parts = ["client", "errors", "http", "read-events", "types"];
  expect(names).toEqual(["package/LICENSE", ...parts.flatMap((part) => [`package/dist/${part}.d.ts`, `package/dist/${part}.js`]), "package/package.json"].sort());
  const empty = path.join(folder, "reader");
  execFileSync("mkdir", [empty]);
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", file], { cwd: empty, stdio: "ignore" });
  writeFileSync(path.join(empty, "try.mjs"), 'import { Countersign, Refused } from "@countersign/client";\nconsole.log(typeof new Countersign({ baseUrl: "http://portal.test", key: "k" }).run, Refused.name);');
  expect(execFileSync(process.execPath, ["try.mjs"], { cwd: empty, encoding: "utf8" }).trim()).toBe("function Refused");
});
