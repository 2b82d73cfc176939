import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type GrantedLease, grantLease, GrantLeaseInput } from "./grant";
import type { PersonCtx } from "@/lib/ctx/ctx";

/** Gives the test file a key of its own to sign leases with. */
export function useLeaseKey(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "lease-key-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    const file = path.join(folder, "lease.key");
    writeFileSync(file, generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    process.env.LEASE_PRIVATE_KEY_FILE = file;
  });
}

/** Issues a lease as the form would ask for it: for sending mail twice, for a unit each. */
export function grant(ctx: PersonCtx, agentId: string, more: Record<string, unknown> = {}): Promise<GrantedLease> {
  return grantLease(ctx, GrantLeaseInput.parse({ agentId, tools: ["mail.send"], maxUses: 2, costEachMicros: 1_000_000, costTotalMicros: 2_000_000, lifeSeconds: 600, reason: "A test", ...more }));
}
