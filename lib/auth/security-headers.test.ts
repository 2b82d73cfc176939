import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { contentPolicy, securityHeaders } from "./security-headers";

process.env.DATABASE_URL ??= "postgres://test@127.0.0.1:1/test";
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";

const portal = fileURLToPath(new URL("../../app/(portal)", import.meta.url));
const files = readdirSync(portal, { recursive: true, encoding: "utf8" });
const addresses = (name: string) => files.filter((file) => path.basename(file) === name).map((file) => `/${path.dirname(file).replace(/^\.$/, "").replaceAll(/\[\w+\]/g, "4f2a")}`);

describe("contentPolicy", () => {
  it.each(addresses("route.ts"))("lets nothing run in what %s gives, should a browser show it", (address) => {
    expect(contentPolicy(address, "n").split("; ")).toEqual(["default-src 'none'", "frame-ancestors 'none'", "sandbox"]);
  });

  it.each(addresses("page.tsx"))("lets scripts run by the nonce only at %s, and no styles but ours", (address) => {
    const policy = contentPolicy(address, "abc");
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain(`style-src-attr 'unsafe-hashes' 'sha256-${createHash("sha256").update("display:none").digest("base64")}';`);
    expect(policy).not.toMatch(/unsafe-(inline|eval)|\*|data:|https?:/);
  });
});

describe("securityHeaders", () => {
  it("lets the address of a page that is itself a key leave in no referrer, and no cache keep it", () => {
    for (const address of ["/confirm/abc", "/first/abc", "/invitation/abc", "/reset/abc"]) expect(securityHeaders(address)).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
    expect(securityHeaders("/agents")["referrer-policy"]).toBe("same-origin");
  });
});
