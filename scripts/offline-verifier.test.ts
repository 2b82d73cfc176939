import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { guideFile, hashFile, hashModule, offlineVerifier, publicGuideFile, verifierFile } from "./offline-verifier";

describe("the verifier that is offered beside a bundle", () => {
  it("is the one that the portal runs, and its hash and the procedure are as they are shown: run 'npx tsx scripts/offline-verifier.ts' after a change", () => {
    const made = offlineVerifier();
    expect(readFileSync(verifierFile, "utf8")).toBe(made);
    expect(readFileSync(hashFile, "utf8")).toBe(hashModule(made));
    expect(readFileSync(publicGuideFile, "utf8")).toBe(readFileSync(guideFile, "utf8"));
  });

  it("uses nothing but files and hashes: no network, no program, no other module", () => {
    const text = readFileSync(verifierFile, "utf8");
    expect([...text.matchAll(/^import .* from "(.*)";$/gm)].map(([, from]) => from)).toEqual(["node:crypto", "node:fs"]);
    expect(text).not.toMatch(/\bfetch\(|\brequire\(|\bimport\(|\beval\(|process\.env|writeFile/);
  });

  it("runs in an empty folder with Node alone, and says what it cannot read", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "verifier-"));
    try {
      copyFileSync(verifierFile, path.join(folder, "verify-proof.mjs"));
      writeFileSync(path.join(folder, "proof.json"), "{}");
      const key = "countersign+28b9a0a0+AQ==";
      const run = (...given: string[]) => spawnSync(process.execPath, ["verify-proof.mjs", ...given], { cwd: folder, encoding: "utf8", env: { NODE_ENV: "test" } });
      expect([run().status, run("proof.json").status]).toEqual([2, 2]);
      expect(run("proof.json", "--key", key)).toMatchObject({ status: 2, stderr: expect.stringContaining("this is not a verifier key") });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
