import { and, eq, gte } from "drizzle-orm";
import { z } from "zod";
import { workspace } from "@/db/schema/organization";
import { auditCheckpoint, auditEvent } from "@/db/stream/audit";
import { isTimeLimited } from "@/lib/ability/time-limited";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { noAudit } from "./actions";
import { type AuditBody, parseBody } from "./file/body";
import { latest, searchedEvents } from "./filter";
import { chainStart } from "./proof/chain";

export const LoadEventInput = z.strictObject({ seq: z.int().positive() });
export type LoadEventInput = z.infer<typeof LoadEventInput>;

export type EventView = {
  seq: number;
  body: AuditBody;
  /** The exact text that was hashed. */
  rawBody: string;
  workspaceName: string | null;
  previousChain: string;
  leaf: string;
  chain: string;
  /** Size of the smallest signed tree that holds the event; null: not signed yet. */
  signedAt: number | null;
  /** No event came after it yet. */
  isLast: boolean;
};

/** One event with its place in the chain. Reads of those whose access is for a time are events themselves. */
export async function loadEvent(ctx: PersonCtx, { seq }: LoadEventInput): Promise<EventView> {
  return transact(ctx, async (tx) => {
    const allowed = whereAllowed(tx, ctx, "audit", "view", { workspaceId: auditEvent.workspaceId });
    const [event] = await tx.select().from(auditEvent).where(and(eq(auditEvent.seq, seq), allowed)).limit(1);
    const body = event && parseBody(event.body);
    if (!event || !body) throw notFound("event");
    const [before] = await tx.select({ chain: auditEvent.chainHash }).from(auditEvent).where(eq(auditEvent.seq, seq - 1)).limit(1);
    const [place] = event.workspaceId ? await tx.select({ name: workspace.name }).from(workspace).where(eq(workspace.id, event.workspaceId)) : [];
    const [after] = await tx.select({ seq: auditEvent.seq }).from(auditEvent).where(eq(auditEvent.seq, seq + 1)).limit(1);
    const [signed] = await tx
      .select({ size: auditCheckpoint.treeSize })
      .from(auditCheckpoint)
      .where(gte(auditCheckpoint.treeSize, seq))
      .orderBy(auditCheckpoint.treeSize)
      .limit(1);
    const value = {
      seq,
      body,
      rawBody: event.body,
      workspaceName: place?.name ?? null,
      previousChain: (seq === 1 ? chainStart(ctx.organizationId) : before?.chain)?.toString("hex") ?? "missing",
      leaf: event.leafHash.toString("hex"),
      chain: event.chainHash.toString("hex"),
      signedAt: signed?.size ?? null,
      isLast: after === undefined,
    };
    if (!isTimeLimited(ctx)) return { value, audit: noAudit("only the reads of time-limited roles are events") };
    const own = searchedEvents({ actor: [ctx.actor.id] }, null, latest(1));
    const [last] = await tx.select({ resourceId: auditEvent.resourceId, action: auditEvent.action }).from(own);
    if (last?.action === "audit.event_read" && last.resourceId === String(seq)) return { value, audit: noAudit("the same event was the last thing read") };
    return { value, audit: { action: "audit.event_read", resource: { type: "audit_event", id: String(seq), name: `Event ${seq}`, workspaceId: event.workspaceId } } };
  });
}
