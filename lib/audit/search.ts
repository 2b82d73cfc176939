import canonicalize from "canonicalize";
import { desc, getTableColumns, inArray } from "drizzle-orm";
import { z } from "zod";
import { workspace } from "@/db/schema/organization";
import { auditEvent } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import { allowedWorkspaces } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import type { Page } from "@/lib/keyset";
import { transact } from "@/lib/transact";
import { type Json, noAudit } from "./actions";
import { parseBody } from "./file/body";
import { AuditFilter, compactFilter, latest, searchedEvents } from "./filter";
import { boundSearch, refuseSlow } from "./slow-search";

const cursor = z.string().regex(/^[1-9]\d{0,15}$/, "is not a cursor of this list");

export const SearchAuditInput = z.strictObject({
  filter: AuditFilter,
  after: cursor.nullish(),
  before: cursor.nullish(),
  size: z.int().min(1).max(200).default(50),
});
export type SearchAuditInput = z.infer<typeof SearchAuditInput>;

const { body: _body, leafHash: _leaf, chainHash: _chain, organizationId: _organization, ...listed } = getTableColumns(auditEvent);
export type AuditRow = Omit<typeof auditEvent.$inferSelect, "body" | "leafHash" | "chainHash" | "organizationId"> & { workspaceName: string | null };

/**
 * Events that fit the filter, newest first, by pages of their position. Looking into the audit trail is itself an
 * event: once for each search, not for each of its pages.
 * @throws AppError `unavailable` when the search would take too long; its hint says how to narrow it.
 */
export async function searchAudit(ctx: PersonCtx, input: SearchAuditInput): Promise<Page<AuditRow>> {
  const filter = compactFilter(input.filter);
  const backwards = !input.after && Boolean(input.before);
  const section = {
    olderThan: input.after ? Number(input.after) : null,
    newerThan: backwards ? Number(input.before) : null,
    oldestFirst: backwards,
    limit: input.size + 1,
  };
  return transact(ctx, async (tx) => {
    const allowed = await allowedWorkspaces(tx, ctx, "audit", "view");
    if (allowed?.length === 0) throw new AppError("forbidden", "This needs the permission audit.view.", { extensions: { permission: "audit.view" } });
    await boundSearch(tx);
    const order = backwards ? auditEvent.seq : desc(auditEvent.seq);
    const found = await tx.select(listed).from(searchedEvents(filter, allowed, section)).orderBy(order).catch(refuseSlow);
    const more = found.length > input.size;
    const rows = found.slice(0, input.size);
    if (backwards) rows.reverse();
    const names = await workspaceNames(tx, rows);
    const [first, last] = [rows[0], rows.at(-1)];
    const value = {
      rows: rows.map((row) => ({ ...row, workspaceName: (row.workspaceId && names.get(row.workspaceId)) ?? null })),
      next: last && (backwards || more) ? String(last.seq) : null,
      previous: first && (backwards ? more : Boolean(input.after)) ? String(first.seq) : null,
    };
    if (await isSameSearch(tx, ctx, filter)) return { value, audit: noAudit("a further page of a search that is an event already") };
    return {
      value,
      audit: { action: "audit.searched", resource: { type: "audit", id: ctx.organizationId, name: "Audit stream" }, details: { filter: filter as Record<string, Json> } },
    };
  });
}

async function workspaceNames(tx: Tx, rows: readonly { workspaceId: string | null }[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap((row) => row.workspaceId ?? []))];
  if (ids.length === 0) return new Map();
  const found = await tx.select({ id: workspace.id, name: workspace.name }).from(workspace).where(inArray(workspace.id, ids));
  return new Map(found.map(({ id, name }) => [id, name]));
}

/** Whether the person's latest search, in the same session, was this one. */
async function isSameSearch(tx: Tx, ctx: PersonCtx, filter: AuditFilter): Promise<boolean> {
  const own = searchedEvents({ actor: [ctx.actor.id], action: ["audit.searched"] }, null, latest(1));
  const [last] = await tx.select({ body: auditEvent.body }).from(own);
  const body = last && parseBody(last.body);
  return body?.actor.session === ctx.actor.sessionId && canonicalize(body.details.filter) === canonicalize(filter);
}
