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
import { csvHeader, csvManifestRow } from "./file/csv-row";
import type { LineWriter, Place } from "./file/line-writer";
import { type ExportHead, headLine, type Manifest, signManifest } from "./file/manifest";
import { firstWindow, largestWindow, readWindow, type Window, type WindowWanted } from "./export-window";
import { AuditFilter, compactFilter } from "./filter";
import { auditKey } from "./keys";
import { chainStart } from "./proof/chain";

export const ExportAuditInput = z.strictObject({ filter: AuditFilter, format: z.enum(["csv", "jsonl"]) });
export type ExportAuditInput = z.infer<typeof ExportAuditInput>;

export type AuditExport = { fileName: string; mediaType: string; chunks: AsyncGenerator<Uint8Array> };

type Plan = { head: ExportHead; filter: AuditFilter; allowed: string[] | null; upTo: number; checkpoint: string | null; fileName: string };

/**
 * Begins an export of all events that fit the filter, oldest first, and gives its bytes in chunks as they are asked for:
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
    const allowed = await allowedWorkspaces(tx, ctx, "audit", "export");
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

async function* write(ctx: PersonCtx, plan: Plan): AsyncGenerator<Uint8Array> {
  const { head, filter, upTo, checkpoint } = plan;
  const csv = head.format === "csv";
  const chains = createHash("sha256");
  const totals: Pick<Manifest, "count" | "firstSeq" | "lastSeq" | "lastChain"> = { count: 0, firstSeq: null, lastSeq: null, lastChain: null };
  let done = false;
  try {
    yield Buffer.from(csv ? csvHeader : headLine(head));
    for await (const lines of windows(ctx, plan)) {
      chains.update(lines.chains.join(""), "hex");
      totals.count = lines.place.n;
      totals.firstSeq ??= lines.firstSeq;
      totals.lastSeq = lines.lastSeq;
      totals.lastChain = lines.place.chain;
      yield* lines.end();
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
    yield Buffer.from(csv ? csvManifestRow(manifest) : `${manifest}\n`);
  } finally {
    if (!done) await recordFailure(ctx, { format: head.format, count: totals.count, lastSeq: totals.lastSeq, requestedBy: ctx.actor.name });
  }
}

/** The lines, window by window. While one leaves, the next is read: at most two are in memory. */
async function* windows(ctx: PersonCtx, plan: Plan): AsyncGenerator<LineWriter> {
  const { filter, allowed, upTo, head } = plan;
  const read = (after: number, size: number, place: Place) => readChecked(ctx, { filter, allowed, upTo, format: head.format, after, size, place });
  let after = 0;
  let next = upTo > 0 ? read(after, firstWindow, { n: 0, chain: chainStart(ctx.organizationId).toString("hex") }) : null;
  try {
    while (next) {
      const { lines, end }: Window = await next;
      // Where long bodies fill a window before its end, the next one need not ask for more than it can take.
      next = end < upTo ? read(end, Math.min(2 * (end - after), largestWindow), lines.place) : null;
      after = end;
      // Should it fail while the one before it leaves, it is told when it is asked for.
      next?.catch(() => {});
      if (lines.firstSeq !== null) yield lines;
    }
  } finally {
    await next?.catch(() => {});
  }
}

/** Each window asks again whether the person may: an export ends when its reader's access does. */
function readChecked(ctx: PersonCtx, wanted: WindowWanted): Promise<Window> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "export", { workspaceId: null });
    return { value: await readWindow(tx, wanted), audit: noAudit("a part of an export, whose beginning and end are events") };
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
