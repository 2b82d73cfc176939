import { sql, Subquery } from "drizzle-orm";
import { z } from "zod";
import { auditEvent } from "@/db/stream/audit";

const name = z.string().min(1).max(200);
const names = z.array(name).max(50);
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

export const outcomes = auditEvent.outcome.enumValues;
export const severities = auditEvent.severity.enumValues;

/** What an audit search asks for. Several values of one field mean any of them; absent or empty fields do not filter. */
export const AuditFilter = z.strictObject({
  /** Words that must all be there; "in quotes" as a phrase. */
  q: z.string().max(200).optional(),
  action: names.optional(),
  actor: names.optional(),
  resourceType: names.optional(),
  resource: name.optional(),
  workspace: z.array(z.uuid()).max(50).optional(),
  outcome: z.array(z.enum(outcomes)).optional(),
  severity: z.array(z.enum(severities)).optional(),
  ip: name.optional(),
  request: name.optional(),
  /** Days (both included, UTC) or instants (`to` excluded). */
  from: moment.optional(),
  to: moment.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** The filter without what does not filter, so that the same search always looks the same. */
export function compactFilter(filter: AuditFilter): AuditFilter {
  const kept = Object.entries({ ...filter, q: filter.q?.trim() }).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value)));
  return Object.fromEntries(kept);
}

/** Part of the stream: positions between the two, both excluded. `resources`: events of any of these only. */
export type Section = { olderThan: number | null; newerThan: number | null; oldestFirst: boolean; limit: number; resources?: readonly string[] };

/** The last events of the stream. */
export function latest(limit: number): Section {
  return { olderThan: null, newerThan: null, oldestFirst: false, limit };
}

/** The search as a table for `from`, whose columns are those of `auditEvent`. The tenant is that of the transaction. */
export function searchedEvents(filter: AuditFilter, allowedWorkspaces: readonly string[] | null, section: Section): Subquery {
  const { q, from, to } = filter;
  const list = (values: readonly string[] | undefined, type: "text" | "uuid") =>
    sql`${values && values.length > 0 ? sql.param([...values]) : null}::${sql.raw(type)}[]`;
  const words = splitWords(q ?? "");
  const found = sql`select * from audit_search(
    ${list(words, "text")}, ${list(filter.action, "text")}, ${list(filter.actor, "text")}, ${list(filter.resourceType, "text")}, ${list(filter.resource ? [filter.resource] : section.resources, "text")},
    ${list(filter.workspace, "uuid")}, ${list(filter.outcome, "text")}, ${list(filter.severity, "text")}, ${filter.ip ?? null}::text, ${filter.request ?? null}::text,
    ${from ? startOf(from) : null}::timestamptz, ${to ? endOf(to) : null}::timestamptz, ${allowedWorkspaces && sql.param([...allowedWorkspaces])}::uuid[],
    ${section.olderThan}::bigint, ${section.newerThan}::bigint, ${section.oldestFirst}::boolean, ${section.limit}::int)`;
  return new Subquery(found, {}, "audit_event");
}

/** Words and quoted phrases, the first eight. Characters that no word has separate words. */
export function splitWords(q: string): string[] {
  const found = q.replaceAll("\0", " ").match(/"[^"]*"|[^\s"]+/g) ?? [];
  return found.map((word) => word.replaceAll('"', "").trim()).filter((word) => /[\p{L}\p{N}]/u.test(word)).slice(0, 8);
}

function startOf(moment: string): string {
  return moment.length === 10 ? `${moment}T00:00:00.000Z` : new Date(moment).toISOString();
}

function endOf(moment: string): string {
  if (moment.length > 10) return new Date(moment).toISOString();
  return new Date(Date.parse(`${moment}T00:00:00Z`) + 24 * 3600 * 1000).toISOString();
}
