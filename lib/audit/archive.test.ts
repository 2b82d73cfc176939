import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemCtx } from "@/lib/ctx/system";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { archiveAudit } from "./archive";
import { listArchives } from "./archives/list";
import { openArchive } from "./archives/open";
import { checkpoint } from "./checkpoint";
import { verifyFile } from "./file/verify-file";
import { auditKey } from "./keys";
import { streamEvents } from "./stream";
import { appendEvents, tamper, useAuditKey } from "./testing";
import { verify } from "./verify";

const testDatabase = useTestDatabase();
useAuditKey();
const folder = mkdtempSync(path.join(tmpdir(), "archive-"));
beforeAll(() => {
  process.env.AUDIT_ARCHIVE_DIR = folder;
});
afterAll(() => rmSync(folder, { recursive: true }));

async function setUp(count: number) {
  const made = await tenant();
  const auditor = await made.as("auditor");
  const clock = systemCtx("audit", made.organizationId);
  await appendEvents(auditor, count);
  const below = path.join(folder, made.organizationId);
  const events = async () => {
    const found = [];
    for await (const page of streamEvents(clock, 0)) found.push(...page);
    return found;
  };
  return { ...made, auditor, clock, events, files: () => readdirSync(below), at: (name: string) => path.join(below, name) };
}

describe("archiveAudit", () => {
  it("writes all events to a file that the offline verifier finds intact, and records it", async () => {
    const { auditor, clock, at, files, events } = await setUp(2_345);
    await checkpoint(clock);
    const made = await archiveAudit(clock);
    expect(made).toMatchObject({ firstSeq: 1, lastSeq: 2_345 });
    expect(files()).toEqual(["1-2345.jsonl"]);
    const file = at("1-2345.jsonl");
    expect(await verifyFile(file, auditKey())).toMatchObject({ intact: true, problems: [], events: 2_345, proved: "root", manifest: { complete: true, after: 0, upTo: 2_345 } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
    expect((await listArchives(auditor)).rows).toMatchObject([{ id: made?.id, events: 2_345, bytes: statSync(file).size, sha256, file: "present" }]);
    const last = (await events()).at(-1);
    expect(last).toMatchObject({ seq: 2_346, action: "audit.archived", actorName: "Audit clock" });
    expect(JSON.parse(last?.body ?? "").details).toMatchObject({ firstSeq: 1, lastSeq: 2_345, sha256 });
  });

  it("goes on where the last archive ended, and makes none for the nightly work on the stream itself", async () => {
    const { auditor, clock, at, files } = await setUp(10);
    await archiveAudit(clock);
    await checkpoint(clock);
    await verify(clock);
    expect(await archiveAudit(clock)).toBeNull();
    await appendEvents(auditor, 3);
    await checkpoint(clock);
    expect(await archiveAudit(clock)).toMatchObject({ firstSeq: 11, lastSeq: 15 });
    expect(files().sort()).toEqual(["1-10.jsonl", "11-15.jsonl"]);
    const [first, second] = [await verifyFile(at("1-10.jsonl"), auditKey()), await verifyFile(at("11-15.jsonl"), auditKey())];
    expect(second).toMatchObject({ intact: true, events: 5, proved: "chain", manifest: { after: 10, complete: true } });
    const { prev } = JSON.parse(readFileSync(at("11-15.jsonl"), "utf8").split("\n")[1] ?? "");
    expect(prev).toBe(first.manifest?.lastChain);
    const lines = readFileSync(at("11-15.jsonl"), "utf8").split("\n");
    writeFileSync(at("cut"), lines.toSpliced(1, 1).join("\n"));
    expect(await verifyFile(at("cut"), auditKey())).toMatchObject({ intact: false, problems: [{ kind: "removed" }] });
  });

  it("writes anew what a crash left without a row, and removes the remains", async () => {
    const { clock, at, files, auditor } = await setUp(4);
    await archiveAudit(clock);
    await appendEvents(auditor, 2);
    writeFileSync(at("5-6.jsonl"), "of an archive that was never recorded");
    writeFileSync(at("5-0190a0a0.partial"), "half a");
    expect(await archiveAudit(clock)).toMatchObject({ firstSeq: 5, lastSeq: 7 });
    expect(files().sort()).toEqual(["1-4.jsonl", "5-7.jsonl"]);
    expect(await verifyFile(at("5-7.jsonl"), auditKey())).toMatchObject({ intact: true });
  });

  it("lets one of two that run at once record its file, and that file is the one on the disk", async () => {
    const { auditor, clock, at, files } = await setUp(50);
    const results = await Promise.allSettled([archiveAudit(clock), archiveAudit(clock)]);
    const done = results.flatMap((result) => (result.status === "fulfilled" && result.value ? [result.value] : []));
    expect(done).toHaveLength(1);
    expect(files()).toEqual(["1-50.jsonl"]);
    const sha256 = createHash("sha256").update(readFileSync(at("1-50.jsonl"))).digest("hex");
    expect((await listArchives(auditor)).rows).toMatchObject([{ sha256 }]);
  });

  it("archives nothing of a stream that was changed, and tells of it", async () => {
    const { organizationId, clock, files, events } = await setUp(6);
    await tamper(testDatabase.current().adminUrl, (sql) => sql`update audit_event set actor_name = 'Nobody' where organization_id = ${organizationId} and seq = 3`);
    expect(await archiveAudit(clock)).toBeNull();
    expect(files()).toEqual([]);
    expect((await events()).at(-1)).toMatchObject({ action: "audit.verification_failed", outcome: "failure" });
  });

  it("is the portal's own work: no person starts it", async () => {
    const { as } = await setUp(1);
    await expect(archiveAudit(await as("super_admin"))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("openArchive", () => {
  it("gives the file as it lies on the disk, and records who took it", async () => {
    const { auditor, clock, at, events } = await setUp(5);
    const made = await archiveAudit(clock);
    const opened = await openArchive(auditor, { id: made?.id ?? "" });
    expect(opened).toMatchObject({ name: "audit-archive-1-5.jsonl", sha256: made?.sha256 });
    expect(await new Response(opened.content).text()).toBe(readFileSync(at("1-5.jsonl"), "utf8"));
    expect((await events()).at(-1)).toMatchObject({ action: "audit.archive_downloaded", actorName: "auditor", resourceId: made?.id });
  });

  it("says honestly that a file is gone, or is not the one that was recorded", async () => {
    const { auditor, clock, at } = await setUp(5);
    const made = await archiveAudit(clock);
    writeFileSync(at("1-5.jsonl"), "another");
    expect((await listArchives(auditor)).rows).toMatchObject([{ file: "altered" }]);
    rmSync(at("1-5.jsonl"));
    expect((await listArchives(auditor)).rows).toMatchObject([{ file: "missing" }]);
    await expect(openArchive(auditor, { id: made?.id ?? "" })).rejects.toMatchObject({ code: "gone" });
  });

  it("does not find another organization's archive, and refuses who may look but not take away", async () => {
    const [mine, other] = [await setUp(2), await setUp(2)];
    const made = await archiveAudit(other.clock);
    const id = made?.id ?? "";
    await expect(openArchive(mine.auditor, { id })).rejects.toMatchObject({ code: "not_found" });
    expect((await listArchives(mine.auditor)).rows).toEqual([]);
    await expect(openArchive(await other.as("supervisor"), { id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(listArchives(await other.as("agent_manager", other.workspaceId))).rejects.toMatchObject({ code: "forbidden" });
  });
});
