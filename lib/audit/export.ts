import { createHash } from "node:crypto";
import { asc, desc, getTableColumns, inArray, lte } from "drizzle-orm";
import { z } from "zod";
import { organization } from "@/db/schema/organization";
import { auditCheckpoint, auditEvent, auditHead } from "@/db/stream/audit";
import { authorize } from "@/lib/ability/authorize";
import { allowedWorkspaces } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { notFound } from "@/lib/errors";
import { log } from "@/lib/log";
import { transact } from "@/lib/transact";
import { type AuditEntry, type Json, noAudit } from "./actions";
import { csvHeader, csvManifestRow, csvRow } from "./file/csv-row";
import { jsonLine } from "./file/event-record";
import { type ExportHead, headLine, type Manifest, signManifest } from "./file/manifest";
import { AuditFilter, compactFilter, searchedEvents } from "./filter";
import { auditKey } from "./keys";
import { chainStart } from "./proof/chain";
import type { StoredEvent } from "./stream";

export const ExportAuditInput = z.strictObject({ filter: AuditFilter, format: z.enum(["csv", "jsonl"]) });
export type ExportAuditInput = z.infer<typeof ExportAuditInput>;

export type AuditExport = { fileName: string; mediaType: string; chunks: AsyncGenerator<string> };

/** Positions that are read by one query. What does not fit the filter costs nothing but the look. */
const windowSize = 5_000;

type Plan = { head: ExportHead; filter: AuditFilter; allowed: string[] | null; upTo: number; checkpoint: string | null; fileName: string };

/**
 * Begins an export of all events that fit the filter, oldest first, and gives its text in chunks as they are asked for:
 * there is no limit to their number, and memory does not grow with it. The beginning is an event, and so is the end,
 * with count, range and hash, or the failure when the receiver goes away.
 */
export async function exportAudit(ctx: PersonCtx, input: ExportAuditInput): Promise<AuditExport> {
  const plan = await begin(ctx, input);
  return {
    fileName: plan.fileName,
    mediaType: input.format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/jsonl; charset=utf-8",
    chunks: write(ctx, plan),
  };
}

async function begin(ctx: PersonCtx, { filter: wanted, format }: ExportAuditInput): Promise<Plan> {
  const key = auditKey();
  const filter = compactFilter(wanted);
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "export", { workspaceId: null });
    const allowed = allowedWorkspaces(tx, ctx, "audit", "export");
    const [owner] = await tx.select({ id: organization.id, name: organization.name, slug: organization.slug }).from(organization);
    if (!owner) throw notFound("organization");
    const [end] = await tx.select({ seq: auditHead.seq }).from(auditHead);
    const upTo = end?.seq ?? 0;
    const [signed] = await tx.select({ note: auditCheckpoint.note }).from(auditCheckpoint).where(lte(auditCheckpoint.treeSize, upTo)).orderBy(desc(auditCheckpoint.treeSize)).limit(1);
    const now = new Date().toISOString();
    const head: ExportHead = {
      kind: "countersign-audit-export",
      v: 1,
      format,
      organization: { id: owner.id, name: owner.name },
      filter,
      workspaces: allowed,
      exportedAt: now,
      exportedBy: { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actor.name },
      key: key.text,
    };
    const fileName = `audit-${owner.slug}-${now.slice(0, 19).replaceAll(":", "")}.${format}`;
    const value = { head, filter, allowed, upTo, checkpoint: signed?.note ?? null, fileName };
    return { value, audit: entry(ctx, "audit.export_started", { filter: filter as Json, format, upTo }) };
  });
}

async function* write(ctx: PersonCtx, { head, filter, allowed, upTo, checkpoint }: Plan): AsyncGenerator<string> {
  const csv = head.format === "csv";
  const hash = createHash("sha256");
  const totals: Pick<Manifest, "count" | "firstSeq" | "lastSeq" | "lastChain"> = { count: 0, firstSeq: null, lastSeq: null, lastChain: null };
  let done = false;
  try {
    const first = csv ? csvHeader : headLine(head);
    hash.update(first);
    yield first;
    for (let after = 0; after < upTo; after += windowSize) {
      const events = await readWindow(ctx, filter, allowed, after, Math.min(after + windowSize, upTo));
      if (events.length === 0) continue;
      let chunk = "";
      for (const { event, prev } of events) {
        totals.count += 1;
        totals.firstSeq ??= event.seq;
        totals.lastSeq = event.seq;
        totals.lastChain = event.chainHash.toString("hex");
        const record = { n: totals.count, seq: event.seq, prev: prev.toString("hex"), leaf: event.leafHash.toString("hex"), chain: totals.lastChain, body: event.body };
        chunk += csv ? csvRow(record) : `${jsonLine(record)}\n`;
      }
      hash.update(chunk);
      yield chunk;
    }
    const complete = allowed === null && Object.keys(filter).length === 0;
    const sha256 = hash.digest("hex");
    const manifest = signManifest({ ...head, upTo, ...totals, complete, sha256, checkpoint }, auditKey());
    // Before the last bytes leave: a file that can be verified has its event.
    const details = { filter: filter as Json, format: head.format, count: totals.count, firstSeq: totals.firstSeq, lastSeq: totals.lastSeq, sha256 };
    await transact(ctx, async (tx) => {
      authorize(tx, ctx, "audit", "export", { workspaceId: null });
      return { value: null, audit: entry(ctx, "audit.exported", details) };
    });
    done = true;
    yield csv ? csvManifestRow(manifest) : `${manifest}\n`;
  } finally {
    if (!done) await recordFailure(ctx, { format: head.format, count: totals.count, lastSeq: totals.lastSeq, requestedBy: ctx.actor.name });
  }
}

/** Each window asks again whether the person may: an export ends when its reader's access does. */
async function readWindow(ctx: PersonCtx, filter: AuditFilter, allowed: string[] | null, after: number, upTo: number): Promise<{ event: StoredEvent; prev: Buffer }[]> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "export", { workspaceId: null });
    const section = { newerThan: after, olderThan: upTo + 1, oldestFirst: true, limit: windowSize };
    const events = await tx.select(getTableColumns(auditEvent)).from(searchedEvents(filter, allowed, section)).orderBy(asc(auditEvent.seq));
    const chains = new Map(events.map((event) => [event.seq, event.chainHash]));
    const needed = events.map((event) => event.seq - 1).filter((seq) => seq > 0 && !chains.has(seq));
    if (needed.length > 0) {
      const before = await tx.select({ seq: auditEvent.seq, chain: auditEvent.chainHash }).from(auditEvent).where(inArray(auditEvent.seq, needed));
      for (const { seq, chain } of before) chains.set(seq, chain);
    }
    chains.set(0, chainStart(ctx.organizationId));
    const value = events.map((event) => ({ event, prev: chains.get(event.seq - 1) ?? Buffer.alloc(32) }));
    return { value, audit: noAudit("a part of an export, whose beginning and end are events") };
  });
}

function entry(ctx: PersonCtx, action: AuditEntry["action"], details: Record<string, Json>): AuditEntry {
  return { action, resource: { type: "audit", id: ctx.organizationId, name: "Audit stream" }, details };
}

/** The reader may be gone, or may not read any more: the portal itself says so. */
async function recordFailure(ctx: PersonCtx, details: Record<string, Json>): Promise<void> {
  const clock = systemCtx("audit", ctx.organizationId, ctx.requestId);
  try {
    await transact(clock, async (tx) => {
      authorize(tx, clock, "audit", "view", { workspaceId: null });
      return { value: null, audit: { ...entry(ctx, "audit.export_failed", details), outcome: "failure" } };
    });
  } catch (error) {
    log.error({ err: error, requestId: ctx.requestId }, "the end of an export could not be recorded");
  }
}
