import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { person } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { checkpoint } from "./checkpoint";
import { exportAudit } from "./export";
import { firstWindow, readWindow } from "./export-window";
import { auditKey } from "./keys";
import { verifyFile } from "./file/verify-file";
import { streamEvents } from "./stream";
import { appendEvents, textOf, useAuditKey } from "./testing";

useTestDatabase();
useAuditKey();
const folder = mkdtempSync(path.join(tmpdir(), "export-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function setUp(count: number) {
  const made = await tenant();
  const auditor = await made.as("auditor");
  const clock = systemCtx("audit", made.organizationId);
  const nasty = ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", 'a "quoted", cell', "line\nbreak", "日本", "sep\u001Earator"];
  await appendEvents(auditor, count, (at) => ({ resource: { type: "workspace", id: `w${at}`, name: nasty[at % nasty.length] ?? "" }, details: { at } }));
  const last = async () => {
    const events = [];
    for await (const page of streamEvents(clock, count)) events.push(...page);
    return events.map((event) => ({ action: event.action, outcome: event.outcome, details: JSON.parse(event.body).details }));
  };
  return { ...made, auditor, clock, last };
}

async function verified(content: string) {
  const file = path.join(folder, "export");
  writeFileSync(file, content);
  return verifyFile(file, auditKey());
}

describe.each(["jsonl", "csv"] as const)("exportAudit as %s", (format) => {
  it("gives a file that the offline verifier finds intact, and records its count, range and hash", async () => {
    const { auditor, clock, last } = await setUp(5_432);
    await checkpoint(clock);
    const { chunks, fileName } = await exportAudit(auditor, { filter: {}, format });
    const report = await verified(await textOf(chunks));
    expect(report).toMatchObject({ intact: true, problems: [], events: 5_432, proved: "root", manifest: { complete: true, count: 5_432, firstSeq: 1, lastSeq: 5_432 } });
    expect(fileName).toMatch(new RegExp(`^audit-org-.*\\.${format}$`));
    expect(await last()).toMatchObject([
      { action: "audit.export_started", details: { format } },
      { action: "audit.exported", outcome: "success", details: { count: 5_432, firstSeq: 1, lastSeq: 5_432, chains: report.manifest?.chains } },
    ]);
  });

  it("exports what was searched, and nothing as nothing", async () => {
    const { auditor } = await setUp(40);
    const some = await exportAudit(auditor, { filter: { q: "quoted" }, format });
    expect(await verified(await textOf(some.chunks))).toMatchObject({ intact: true, events: 4, manifest: { complete: false, filter: { q: "quoted" } } });
    const none = await exportAudit(auditor, { filter: { q: "nosuchword" }, format });
    expect(await verified(await textOf(none.chunks))).toMatchObject({ intact: true, events: 0, manifest: { count: 0, checkpoint: null } });
  });

  it("records a failure when its receiver goes away, or the person's access ends", async () => {
    const { auditor, last, organizationId } = await setUp(3_500);
    const left = await exportAudit(auditor, { filter: {}, format });
    await left.chunks.next();
    await left.chunks.next();
    await left.chunks.return(undefined);
    expect((await last()).slice(-1)).toMatchObject([{ action: "audit.export_failed", outcome: "failure", details: { count: firstWindow, requestedBy: "auditor" } }]);
    const ended = await exportAudit(auditor, { filter: {}, format });
    await ended.chunks.next();
    await inTenant(database(), organizationId, (tx) => tx.update(person).set({ accessVersion: 9 }).where(eq(person.id, auditor.actor.id)));
    await expect(textOf(ended.chunks)).rejects.toMatchObject({ code: "conflict" });
    expect((await last()).slice(-1)).toMatchObject([{ action: "audit.export_failed", details: { count: 0 } }]);
  });
});

describe("exportAudit", () => {
  it("reads no more at once than fits in memory, however long the events are, and goes on behind it", async () => {
    const { auditor, organizationId } = await setUp(1);
    await appendEvents(auditor, 300, (at) => ({ details: { at, long: "x".repeat(64_000) } }));
    const wanted = { filter: {}, allowed: null, upTo: 301, format: "jsonl" as const, after: 0, size: 4_000, place: { n: 0, chain: "" } };
    const { lines, end } = await inTenant(database(), organizationId, (tx) => readWindow(tx, wanted));
    expect(lines).toMatchObject({ lastSeq: end, bytes: expect.closeTo(16 * 1024 * 1024, -6) });
    expect(end).toBeLessThan(280);
    expect(await verified(await textOf((await exportAudit(auditor, { filter: {}, format: "csv" })).chunks))).toMatchObject({ intact: true, events: 301 });
  });

  it("gives a spreadsheet nothing that it takes for a formula", async () => {
    const { auditor } = await setUp(9);
    const rows = (await textOf((await exportAudit(auditor, { filter: {}, format: "csv" })).chunks)).split("\r\n");
    expect(rows.slice(1, 6).join("\n")).not.toMatch(/(^|,)"?\s*[=+@-]/m);
    expect(rows[1]).toContain("'=HYPERLINK(1)");
  });

  it("is refused to those who may look but not take away", async () => {
    const { as, workspaceId } = await setUp(1);
    await expect(exportAudit(await as("workspace_admin", workspaceId), { filter: {}, format: "csv" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(exportAudit(await as("supervisor"), { filter: {}, format: "csv" })).rejects.toMatchObject({ code: "forbidden" });
  });
});
