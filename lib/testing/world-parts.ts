import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, vi } from "vitest";
import { useAuditKey } from "@/lib/audit/testing";
import { useLeaseKey } from "@/lib/leases/testing";
import { useStubRunner } from "@/lib/runs/testing";
import { useTestDatabase } from "./database";

/** Gives the test file what a world needs: a database, a runner, a key that signs, and a folder for archives. */
export function useWorldParts(): ReturnType<typeof useTestDatabase> {
  const database = useTestDatabase();
  useStubRunner();
  useAuditKey();
  useLeaseKey();
  const folder = mkdtempSync(path.join(tmpdir(), "world-"));
  vi.stubEnv("AUDIT_ARCHIVE_DIR", folder);
  afterAll(() => rmSync(folder, { recursive: true }));
  return database;
}
