import { createHash } from "node:crypto";
import { desc, lte } from "drizzle-orm";
import { z } from "zod";
import { organization } from "@/db/schema/organization";
import { auditCheckpoint, auditHead } from "@/db/stream/audit";
import { authorize } from "@/lib/ability/authorize";
import { allowedWorkspaces } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { notFound } from "@/lib/errors";
import { log } from "@/lib/log";
import { transact } from "@/lib/transact";
import { type AuditEntry, type Json, noAudit } from "./actions";
import { csvHeader, csvManifestRow, csvRowOf } from "./file/csv-row";
import { jsonLine } from "./file/event-record";
import { type ExportHead, headLine, type Manifest, signManifest } from "./file/manifest";
import { readEvents, type Window, type WindowEvent } from "./export-window";
import { AuditFilter, compactFilter } from "./filter";
import { auditKey } from "./keys";
import { chainStart } from "./proof/chain";

export const ExportAuditInput = z.strictObject({ filter: AuditFilter, format: z.enum(["csv", "jsonl"]) });
export type ExportAuditInput = z.infer<typeof ExportAuditInput>;

export type AuditExport = { fileName: string; mediaType: string; chunks: AsyncGenerator<string> };

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
      v: 2,
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

async function* write(ctx: PersonCtx, plan: Plan): AsyncGenerator<string> {
  const { head, filter, upTo, checkpoint } = plan;
  const csv = head.format === "csv";
  const chains = createHash("sha256");
  const totals: Pick<Manifest, "count" | "firstSeq" | "lastSeq" | "lastChain"> = { count: 0, firstSeq: null, lastSeq: null, lastChain: null };
  let done = false;
  try {
    yield csv ? csvHeader : headLine(head);
    let before = chainStart(ctx.organizationId).toString("hex");
    for await (const events of windows(ctx, plan)) {
      // Joined at once: a text that grows by pieces is a tree of them, and costs the garbage collector more than all the rest.
      const lines: string[] = [];
      const hashes: string[] = [];
      for (const { shown, ...event } of events) {
        totals.count += 1;
        const record = { n: totals.count, ...event, prev: event.prev || before };
        lines.push(csv ? csvRowOf(record, shown) : `${jsonLine(record)}\n`);
        hashes.push(event.chain);
        before = event.chain;
      }
      chains.update(hashes.join(""), "hex");
      totals.firstSeq ??= events[0]?.seq ?? null;
      totals.lastSeq = events.at(-1)?.seq ?? null;
      totals.lastChain = before;
      yield lines.join("");
    }
    const complete = plan.allowed === null && Object.keys(filter).length === 0;
    const proof = { count: totals.count, firstSeq: totals.firstSeq, lastSeq: totals.lastSeq, chains: chains.digest("hex") };
    const manifest = signManifest({ ...head, upTo, ...totals, ...proof, complete, checkpoint }, auditKey());
    // Before the last bytes leave: a file that can be verified has its event.
    await transact(ctx, async (tx) => {
      authorize(tx, ctx, "audit", "export", { workspaceId: null });
      return { value: null, audit: entry(ctx, "audit.exported", { filter: filter as Json, format: head.format, ...proof }) };
    });
    done = true;
    yield csv ? csvManifestRow(manifest) : `${manifest}\n`;
  } finally {
    if (!done) await recordFailure(ctx, { format: head.format, count: totals.count, lastSeq: totals.lastSeq, requestedBy: ctx.actor.name });
  }
}

/** The events, window by window. While one is written, the next is read: at most two are in memory. */
async function* windows(ctx: PersonCtx, plan: Plan): AsyncGenerator<WindowEvent[]> {
  let next = plan.upTo > 0 ? readWindow(ctx, plan, 0) : null;
  try {
    while (next) {
      const { events, end }: Window = await next;
      next = end < plan.upTo ? readWindow(ctx, plan, end) : null;
      // Should it fail while the one before it is written, it is told when it is asked for.
      next?.catch(() => {});
      if (events.length > 0) yield events;
    }
  } finally {
    await next?.catch(() => {});
  }
}

/** Each window asks again whether the person may: an export ends when its reader's access does. */
function readWindow(ctx: PersonCtx, { head, filter, allowed, upTo }: Plan, after: number): Promise<Window> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "export", { workspaceId: null });
    const value = await readEvents(tx, filter, allowed, { after, upTo, csv: head.format === "csv" });
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
