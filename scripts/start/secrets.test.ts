import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureKeyPair, loadSecrets } from "./secrets";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("secrets are made once, differ between installations and are closed to others", () => {
  const first = loadSecrets(folder);
  expect(loadSecrets(folder)).toEqual(first);
  expect(statSync(path.join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
  const other = mkdtempSync(path.join(tmpdir(), "secrets-"));
  const values = [...Object.values(first), ...Object.values(loadSecrets(other))];
  rmSync(other, { recursive: true });
  expect(new Set(values).size).toBe(values.length);
});

test("a secret that a later version adds is made, and the known ones stay", () => {
  writeFileSync(path.join(folder, "secrets.json"), JSON.stringify({ authSecret: "kept" }));
  const secrets = loadSecrets(folder);
  expect(secrets.authSecret).toBe("kept");
  expect(JSON.parse(readFileSync(path.join(folder, "secrets.json"), "utf8"))).toEqual(secrets);
});

test("a key pair signs and verifies, and is not replaced", () => {
  const { privateFile, publicFile } = ensureKeyPair(folder, "audit");
  const before = readFileSync(privateFile, "utf8");
  expect(ensureKeyPair(folder, "audit").privateFile).toBe(privateFile);
  expect(readFileSync(privateFile, "utf8")).toBe(before);
  expect(statSync(privateFile).mode & 0o777).toBe(0o600);
  const signature = sign(null, Buffer.from("text"), createPrivateKey(before));
  expect(verify(null, Buffer.from("text"), createPublicKey(readFileSync(publicFile)), signature)).toBe(true);
});
