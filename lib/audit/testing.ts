import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll } from "vitest";
import { inTenant } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import type { AuditEntry } from "./actions";
import { appendAudit, auditBody } from "./append";

/** Gives the test file a signing key of its own. */
export function useAuditKey(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "audit-key-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    const file = path.join(folder, "audit.key");
    writeFileSync(file, generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    process.env.AUDIT_PRIVATE_KEY_FILE = file;
  });
}

/** Appends events as the caller, as verbs would; each may differ from a plain one. */
export async function appendEvents(ctx: Ctx, count: number, entry: (at: number) => Partial<AuditEntry> = () => ({})): Promise<void> {
  const bodies = Array.from({ length: count }, (_, at) =>
    auditBody(ctx, { action: "workspaces.created", resource: { type: "workspace", id: `w${at}`, name: `Workspace ${at}` }, ...entry(at) }),
  );
  await inTenant(database(), ctx.organizationId, (tx) => appendAudit(tx, bodies));
}

/** The whole text of an export. */
export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(all));
}

/** Does what only the owner of the database can: changes what is append-only, past all triggers and policies. */
export async function tamper(adminUrl: string, change: (sql: postgres.TransactionSql) => Promise<unknown>): Promise<void> {
  const admin = postgres(adminUrl, { max: 1 });
  try {
    await admin.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await change(sql);
    });
  } finally {
    await admin.end();
  }
}
