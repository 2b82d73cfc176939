import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "./password";
import { newPasswordSchema, requireGoodPassword } from "./password-policy";

describe("the password policy", () => {
  it.each(["password1234", "qwertyuiop123", "aaaaaaaaaaaaaaa", "123456789012", "margaret.hollis", "letmeinletmein"])("refuses %s", (password) => {
    expect(() => requireGoodPassword(password, ["Margaret Hollis", "margaret.hollis@acme.test"])).toThrow("The password");
  });

  it.each(["quarter lantern orbit mosaic", "V7#kq!x2Lm9z", "flussmündung trägt kiesel"])("takes %s", (password) => {
    expect(() => requireGoodPassword(password, ["Margaret Hollis"])).not.toThrow();
  });

  it.each(["louisvuitton", "ilovethisgame", "637nq781wp3h"])("refuses %s, which only the list of breaches knows, in any case", (password) => {
    for (const each of [password, password.toUpperCase()]) expect(() => requireGoodPassword(each, [])).toThrow("tried first");
  });

  it("asks for twelve characters", () => {
    expect(newPasswordSchema.safeParse("short").success).toBe(false);
  });
});

describe("verifyPassword", () => {
  it("takes the same password however its letters were composed, and no other", async () => {
    const hash = await hashPassword("caf\u00e9 au lait noir");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$/);
    expect(await verifyPassword(hash, "cafe\u0301 au lait noir")).toBe(true);
    expect(await verifyPassword(hash, "cafe au lait noir")).toBe(false);
  });

  it("refuses everything where no password is set", async () => {
    expect(await verifyPassword(null, "")).toBe(false);
    expect(await verifyPassword(null, "anything at all")).toBe(false);
  });
});
