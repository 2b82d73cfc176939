import { describe, expect, it } from "vitest";
import { systemCtx } from "@/lib/ctx/system";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { checkpoint, checkpointAll } from "./checkpoint";
import { auditKey } from "./keys";
import { chainNext } from "./proof/chain";
import { openCheckpoint } from "./proof/checkpoint-note";
import { leafHash } from "./proof/merkle";
import { lastVerification } from "./record-verification";
import { latestCheckpoint, streamEvents } from "./stream";
import { appendEvents, tamper, useAuditKey } from "./testing";
import { verify, verifySteps } from "./verify";
import { verifyNightly } from "./verify-nightly";

const database = useTestDatabase();
useAuditKey();

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function stream(count: number, { signed = true } = {}) {
  const { organizationId, workspaceId, as } = await tenant();
  const auditor = await as("auditor");
  const clock = systemCtx("audit", organizationId);
  await appendEvents(auditor, count);
  if (signed) await checkpoint(clock);
  const change = (work: Parameters<typeof tamper>[1]) => tamper(database.current().adminUrl, work);
  return { organizationId, workspaceId, auditor, clock, change, as };
}

describe("checkpoint", () => {
  it("signs the stream as it grows, and nothing when it did not grow", async () => {
    const { auditor, clock } = await stream(3);
    expect(await checkpoint(clock)).toEqual({ size: 3 });
    await appendEvents(auditor, 2_400);
    expect(await checkpoint(clock)).toEqual({ size: 2_403 });
    expect(await checkpoint(clock)).toEqual({ size: 2_403 });
    const row = await latestCheckpoint(clock);
    expect(openCheckpoint(row?.note ?? "", auditKey())).toMatchObject({ ok: true, checkpoint: { size: 2_403, root: row?.rootHash } });
    expect(await verify(auditor)).toMatchObject({ verifiedTo: 2_403, events: 2_403, checkpoints: 2, problem: null });
  });

  it("signs every organization, also those without an event", async () => {
    const { organizationId } = await stream(1, { signed: false });
    const { organizationId: quiet } = await tenant();
    await checkpointAll();
    expect(await latestCheckpoint(systemCtx("audit", organizationId))).toMatchObject({ treeSize: 1 });
    expect(await latestCheckpoint(systemCtx("audit", quiet))).toBeNull();
  });

  it("signs nothing that was changed, and says so once", async () => {
    const { organizationId, clock, change, auditor } = await stream(3);
    await appendEvents(auditor, 3);
    await change((sql) => sql`update audit_event set body = replace(body, 'Workspace 1', 'Workspace 9') where organization_id = ${organizationId} and seq = 5`);
    expect(await checkpoint(clock)).toEqual({ size: null });
    expect(await checkpoint(clock)).toEqual({ size: null });
    expect(await latestCheckpoint(clock)).toMatchObject({ treeSize: 3 });
    const events = (await all(streamEvents(clock, 0))).flat();
    expect(events.filter(({ action }) => action === "audit.verification_failed")).toHaveLength(1);
    expect(await lastVerification(auditor)).toMatchObject({ by: "Audit clock", problem: { seq: 5, kind: "changed" } });
  });

  it("does not go on from a checkpoint whose row was changed", async () => {
    const { organizationId, clock, change, auditor } = await stream(3);
    await change((sql) => sql`update audit_checkpoint set root_hash = sha256('x') where organization_id = ${organizationId}`);
    await appendEvents(auditor, 1);
    expect(await checkpoint(clock)).toEqual({ size: null });
    expect(await lastVerification(auditor)).toMatchObject({ problem: { kind: "checkpoint" } });
  });
});

describe("verify", () => {
  it("finds an intact stream intact, tells its progress and leaves an event", async () => {
    const { auditor } = await stream(1_500);
    const steps = await all(verifySteps(auditor));
    expect(steps).toEqual([0, 1_000, 1_500].map((checked) => ({ checked, total: 1_500 })));
    expect(await lastVerification(auditor)).toMatchObject({ seq: 1_501, by: "auditor", verifiedTo: 1_500, checkpoints: 1, problem: null });
    expect(await verify(auditor)).toMatchObject({ verifiedTo: 1_501, problem: null });
  });

  it.each<[string, string, object]>([
    ["a changed body", "update audit_event set body = replace(body, 'Workspace 4', 'Workspace 8') where seq = 5", { seq: 5, kind: "changed" }],
    ["a changed body with its hash", "update audit_event set body = replace(body, 'Workspace 4', 'Workspace 8'), leaf_hash = sha256('\\x00'::bytea || convert_to(replace(body, 'Workspace 4', 'Workspace 8'), 'UTF8')) where seq = 5", { seq: 5, kind: "changed" }],
    ["a changed column", "update audit_event set actor_name = 'Nobody' where seq = 5", { seq: 5, kind: "changed" }],
    ["a removed event", "delete from audit_event where seq = 5", { seq: 5, kind: "missing" }],
    ["several removed events", "delete from audit_event where seq between 1 and 3", { seq: 1, kind: "missing" }],
    ["the newest event removed", "delete from audit_event where seq = 10", { seq: 10, kind: "missing" }],
    ["the newest event removed with its traces", "with gone as (delete from audit_event where seq = 10) update audit_head set seq = 9, chain_hash = (select chain_hash from audit_event where seq = 9)", { seq: 10, kind: "missing" }],
    ["two events exchanged", "update audit_event set seq = -6 where seq = 6; update audit_event set seq = 6 where seq = 5; update audit_event set seq = 5 where seq = -6", { seq: 5, kind: "reordered" }],
    ["two bodies exchanged", "update audit_event e set body = o.body, leaf_hash = o.leaf_hash from audit_event o where e.seq in (5, 6) and o.seq = 11 - e.seq", { seq: 5, kind: "reordered" }],
    ["an event inserted twice", "insert into audit_event select organization_id, seq, id, occurred_at + interval '1 s', actor_kind, actor_id, actor_name, action, resource_type, resource_id, resource_name, workspace_id, outcome, severity, ip, request_id, body, leaf_hash, chain_hash from audit_event where seq = 5", { seq: 5, kind: "inserted" }],
    ["an event beyond the end", "insert into audit_event select organization_id, 11, id, occurred_at, actor_kind, actor_id, actor_name, action, resource_type, resource_id, resource_name, workspace_id, outcome, severity, ip, request_id, body, leaf_hash, chain_hash from audit_event where seq = 5", { seq: 11, kind: "inserted" }],
    ["a forged checkpoint", "update audit_checkpoint set note = replace(note, 'chain ', 'chain 0')", { seq: 10, kind: "checkpoint" }],
  ])("finds %s", async (_name, statement, expected) => {
    const { organizationId, auditor, change } = await stream(10);
    // Only this organization has events in what the statement sees.
    await change(async (sql) => {
      for (const table of ["audit_event", "audit_head", "audit_checkpoint"]) await sql.unsafe(`delete from ${table} where organization_id <> '${organizationId}'`);
      await sql.unsafe(statement);
    });
    expect((await verify(auditor)).problem).toMatchObject(expected);
  });

  it("finds a history that was rewritten with all its hashes, by the signed checkpoint", async () => {
    const { organizationId, auditor, change, clock } = await stream(6);
    const events = (await all(streamEvents(clock, 0))).flat();
    await change(async (sql) => {
      let chain = events[3]?.chainHash ?? Buffer.alloc(0);
      for (const event of events.slice(4)) {
        const body = event.body.replaceAll("Workspace 4", "Workspace 9");
        const leaf = leafHash(body);
        chain = chainNext(chain, event.seq, leaf);
        const name = event.resourceName.replace("Workspace 4", "Workspace 9");
        await sql`update audit_event set body = ${body}, resource_name = ${name}, leaf_hash = ${leaf}, chain_hash = ${chain} where organization_id = ${organizationId} and seq = ${event.seq}`;
      }
      await sql`update audit_head set chain_hash = ${chain} where organization_id = ${organizationId}`;
    });
    expect((await verify(auditor)).problem).toMatchObject({ seq: 6, kind: "checkpoint" });
  });

  it("sees only the caller's organization, and needs the permission for all of it", async () => {
    const mine = await stream(2);
    const other = await stream(5);
    expect(await verify(mine.auditor)).toMatchObject({ verifiedTo: 2 });
    await expect(verify(await other.as("viewer"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(verify(await other.as("workspace_admin", other.workspaceId))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("verifyNightly", () => {
  it("goes through a long stream part by part, night after night, and begins anew after its end", async () => {
    const { auditor, clock, change, organizationId } = await stream(40);
    await appendEvents(auditor, 40);
    await checkpoint(clock);
    expect(await verifyNightly(clock, 50)).toMatchObject({ verifiedTo: 50, events: 50, checkpoints: 1, head: 80, problem: null });
    // From the checkpoint at 40, past that at 80, to the end with the event of the first night.
    expect(await verifyNightly(clock, 50)).toMatchObject({ verifiedTo: 81, events: 41, checkpoints: 1, problem: null });
    await change((sql) => sql`update audit_event set actor_name = 'Nobody' where organization_id = ${organizationId} and seq = 7`);
    expect(await verifyNightly(clock, 50)).toMatchObject({ verifiedTo: 6, problem: { seq: 7, kind: "changed" } });
    expect((await lastVerification(clock))?.problem).toMatchObject({ seq: 7 });
  });
});
