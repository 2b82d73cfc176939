import { createHash } from "node:crypto";
import { and, desc, eq, gt, inArray, lte, not } from "drizzle-orm";
import { auditArchive } from "@/db/schema/audit-archive";
import { organization } from "@/db/schema/organization";
import { auditCheckpoint, auditEvent, auditHead } from "@/db/stream/audit";
import { authorizeSystem } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { read, transact } from "@/lib/transact";
import { ArchiveFile, archiveFolder, archivePath } from "./archive-file";
import { jsonLine } from "./file/event-record";
import { type ExportHead, headLine, signManifest } from "./file/manifest";
import { auditKey } from "./keys";
import { chainStart } from "./proof/chain";
import { MerkleFrontier } from "./proof/merkle";
import { recordVerification } from "./record-verification";
import { streamEvents } from "./stream";
import { StreamCheck, type StreamProblem } from "./stream-check";

export type WrittenArchive = { id: string; firstSeq: number; lastSeq: number; sha256: string };

type Span = { head: ExportHead; after: number; chain: Buffer; upTo: number; checkpoint: string | null };

/**
 * Writes the events since the last archive to a file that proves itself, then records it. The file is whole, on the disk
 * and under its name before its row is committed; one without a row, after a crash, is written anew by the next call.
 * Each event is recomputed on the way: a stream that is not intact is not archived, and the finding becomes an event.
 * @returns null when archives are off, nothing happened, or the stream is not intact.
 */
export async function archiveAudit(ctx: Ctx): Promise<WrittenArchive | null> {
  const span = await nextSpan(ctx);
  const folder = archiveFolder();
  if (folder === null || span === null) return null;
  const file = await ArchiveFile.create(archivePath(folder, ctx.organizationId), span.after + 1);
  try {
    const problem = await writeEvents(ctx, span, file);
    if (!problem) return await record(ctx, span, file, await file.finish());
    await recordVerification(ctx, { verifiedTo: problem.seq - 1, events: problem.seq - 1 - span.after, checkpoints: 0, problem });
    await file.discard();
    return null;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** From where to where the next archive goes; null when there is nothing in it but the nightly work on the stream itself. */
async function nextSpan(ctx: Ctx): Promise<Span | null> {
  return read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "audit", "view");
    const [owner] = await tx.select({ id: organization.id, name: organization.name }).from(organization);
    if (!owner) throw notFound("organization");
    const [last] = await tx.select({ seq: auditArchive.lastSeq }).from(auditArchive).orderBy(desc(auditArchive.firstSeq)).limit(1);
    const [end] = await tx.select({ seq: auditHead.seq }).from(auditHead);
    const after = last?.seq ?? 0;
    const upTo = end?.seq ?? 0;
    // An archive's own event would call for the next archive, every night, for ever; so would the nightly verification.
    const ownWork = and(eq(auditEvent.actorKind, "system"), inArray(auditEvent.action, ["audit.archived", "audit.verified"]));
    const [worthIt] = await tx.select({ seq: auditEvent.seq }).from(auditEvent).where(and(gt(auditEvent.seq, after), ownWork && not(ownWork))).limit(1);
    if (!worthIt) return null;
    const [before] = await tx.select({ chain: auditEvent.chainHash }).from(auditEvent).where(eq(auditEvent.seq, after)).limit(1);
    const [signed] = await tx.select({ note: auditCheckpoint.note }).from(auditCheckpoint).where(lte(auditCheckpoint.treeSize, upTo)).orderBy(desc(auditCheckpoint.treeSize)).limit(1);
    const head: ExportHead = {
      kind: "countersign-audit-export",
      v: 2,
      format: "jsonl",
      organization: owner,
      filter: {},
      workspaces: null,
      after,
      exportedAt: new Date().toISOString(),
      exportedBy: { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actor.name },
      key: auditKey().text,
    };
    return { head, after, chain: before?.chain ?? chainStart(ctx.organizationId), upTo, checkpoint: signed?.note ?? null };
  });
}

async function writeEvents(ctx: Ctx, { head, after, chain, upTo, checkpoint }: Span, file: ArchiveFile): Promise<StreamProblem | null> {
  const check = new StreamCheck(ctx.organizationId, { seq: after, chain, tree: new MerkleFrontier() });
  const chains = createHash("sha256");
  await file.write(headLine(head));
  for await (const page of streamEvents(ctx, after, upTo)) {
    let chunk = "";
    for (const [at, event] of page.entries()) {
      const prev = check.chain.toString("hex");
      const problem = check.take(event, page[at + 1]);
      if (problem) return problem;
      chains.update(event.chainHash);
      chunk += `${jsonLine({ n: event.seq - after, seq: event.seq, prev, leaf: event.leafHash.toString("hex"), chain: event.chainHash.toString("hex"), body: event.body })}\n`;
    }
    await file.write(chunk);
  }
  if (check.seq < upTo) return { seq: check.seq + 1, kind: "missing", message: `The stream ends at event ${check.seq}, but more were appended: the newest are missing.` };
  const totals = { count: upTo - after, firstSeq: after + 1, lastSeq: upTo, lastChain: check.chain.toString("hex") };
  await file.write(`${signManifest({ ...head, upTo, ...totals, complete: true, chains: chains.digest("hex"), checkpoint }, auditKey())}\n`);
  return null;
}

function record(ctx: Ctx, { after, upTo }: Span, file: ArchiveFile, sha256: string): Promise<WrittenArchive> {
  const firstSeq = after + 1;
  const name = `${firstSeq}-${upTo}.jsonl`;
  const row = { id: newId(), organizationId: ctx.organizationId, firstSeq, lastSeq: upTo, events: upTo - after, bytes: file.bytes, sha256, fileName: `${ctx.organizationId}/${name}` };
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "audit", "view");
    const [inserted] = await tx.insert(auditArchive).values(row).onConflictDoNothing().returning({ id: auditArchive.id });
    if (!inserted) throw conflict(`The events from ${firstSeq} on were archived at the same moment.`);
    // Under the row's lock: of two writers of the same span, only the one whose row it is names its file.
    await file.publish(name);
    return {
      value: { id: row.id, firstSeq, lastSeq: upTo, sha256 },
      audit: {
        action: "audit.archived",
        resource: { type: "audit_archive", id: row.id, name: `Events ${firstSeq} to ${upTo}` },
        details: { firstSeq, lastSeq: upTo, events: row.events, bytes: row.bytes, sha256 },
      },
    };
  });
}
