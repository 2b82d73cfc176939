import { expect, it } from "vitest";
import { newId } from "@/lib/id";
import { seal, unseal } from "./seal";

process.env.DATABASE_URL ??= "postgres://test@127.0.0.1:1/test";
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";

it("opens a secret for its own connection only, and not once a bit of it was changed", () => {
  const id = newId();
  const sealed = seal("correct horse", id);
  expect(unseal(sealed, id)).toBe("correct horse");
  expect(sealed.includes("correct horse")).toBe(false);
  expect(() => unseal(sealed, newId())).toThrow();
  for (const at of [0, 13, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => unseal(changed, id)).toThrow();
  }
  expect(() => unseal(sealed.subarray(0, 20), id)).toThrow();
});
