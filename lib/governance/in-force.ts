import { createHash } from "node:crypto";
import { and, eq, or } from "drizzle-orm";
import { governanceDocument } from "@/db/schema/governance";
import type { Tx } from "@/db/tenant";
import { CedarContent } from "@/lib/cedar/content";
import { readAhead } from "@/lib/cedar/read-ahead";
import { log } from "@/lib/log";
import { agentsAbove } from "@/lib/spawn/family";
import { type DocumentContent, type DocumentKind, type DocumentScope, kinds } from "./kinds";

/** One document that is in force, in one version of it: all that is read of it with every decision. */
export type Mark = { kind: DocumentKind; scopeType: DocumentScope; scopeId: string; version: number };

/** `content` null: it cannot be read, and nothing may be allowed that depends on it. */
export type DocumentInForce<K extends DocumentKind = DocumentKind> = Mark & { kind: K; content: DocumentContent<K> | null };

const mostKnown = 5_000;

// A version never changes, so what is remembered of it is never stale; the longest unused goes first.
const known = new Map<string, DocumentInForce>();

const columns = "h.kind || ' ' || h.scope_type || ' ' || h.scope_id || ' ' || h.version || ' ' || encode(h.hash, 'hex')";

/**
 * SQL of one text with a line for each document that an agent is under: kind, scope, id, version and SHA-256; and one for
 * the policy of each agent above it, which it never has more than. `agent`: what that table is called around it.
 */
export function documentMarks(agent: string): string {
  return marks(agent, "true");
}

/** Those that a decision depends on. Who decides requests is no part: each request keeps what was said of it when it was asked. */
export function decidingMarks(text: string): string {
  return text.split("\n").filter((line) => !line.startsWith("approvals ")).join("\n");
}

/** The same in SQL. */
export function decidingMarksSql(agent: string): string {
  return marks(agent, "h.kind <> 'approvals'");
}

/** SQL of the same lines for the grids alone. */
export function gridMarks(agent: string): string {
  return `coalesce((${headsOf(agent, "h.kind = 'capabilities'")}), '')`;
}

function marks(agent: string, which: string): string {
  return `concat_ws(E'\\n', (${headsOf(agent, which)}),
    (select string_agg('parent agent ' || p.id || ' ' || p.policy_version, E'\\n' order by up.n) from ${agentsAbove(agent)} join agent p on p.id = up.id))`;
}

function headsOf(agent: string, which: string): string {
  return `select string_agg(${columns}, E'\\n' order by h.kind, h.scope_type, h.scope_id) from governance_head h
    where h.organization_id = ${agent}.organization_id and h.scope_id in (${agent}.organization_id, ${agent}.workspace_id, ${agent}.template_id) and ${which}`;
}

/** What the digest of an action says of the documents it was decided under: SHA-256 of the lines of `decidingMarks`. */
export function marksHash(text: string): Buffer {
  return createHash("sha256").update(decidingMarks(text)).digest();
}

/** The same in SQL, as they are in force at that moment. */
export function marksHashSql(agent: string): string {
  return `sha256(convert_to(${decidingMarksSql(agent)}, 'UTF8'))`;
}

/** The documents among what `documentMarks` has written. */
export function readMarks(text: string): Mark[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("parent ")).map((line) => {
    const [kind = "", scopeType, scopeId = "", version = ""] = line.split(" ");
    if (!isKind(kind) || (scopeType !== "organization" && scopeType !== "workspace" && scopeType !== "template")) throw new Error("a governance document is of no known kind");
    return { kind, scopeType, scopeId, version: Number(version) };
  });
}

function isKind(text: string): text is DocumentKind {
  return Object.hasOwn(kinds, text);
}

/** What marked documents say, the widest scope first. They are read only when their version is new to this process. */
export async function documentsInForce(tx: Tx, organizationId: string, wanted: readonly Mark[]): Promise<DocumentInForce[]> {
  const keyOf = (mark: Mark) => `${organizationId} ${mark.kind} ${mark.scopeId} ${mark.version}`;
  const missing = wanted.filter((mark) => !known.has(keyOf(mark)));
  const fresh = new Map(missing.length > 0 ? (await load(tx, missing)).map((document) => [keyOf(document), document]) : []);
  for (const [key, document] of fresh) if (document.content !== null) known.set(key, document);
  const found = wanted.map((mark): DocumentInForce => {
    const key = keyOf(mark);
    const document = known.get(key) ?? fresh.get(key) ?? { ...mark, content: null };
    if (known.delete(key)) known.set(key, document);
    return document;
  });
  for (const key of known.keys()) {
    if (known.size <= mostKnown) break;
    known.delete(key);
  }
  return found.sort((one, other) => widest.indexOf(one.scopeType) - widest.indexOf(other.scopeType));
}

const widest: readonly DocumentScope[] = ["organization", "workspace", "template"];

async function load(tx: Tx, missing: readonly Mark[]): Promise<DocumentInForce[]> {
  const { kind, scopeId, version, scopeType, content } = governanceDocument;
  const rows = await tx
    .select({ kind, scopeId, version, scopeType, content })
    .from(governanceDocument)
    .where(or(...missing.map((mark) => and(eq(kind, mark.kind), eq(scopeId, mark.scopeId), eq(version, mark.version)))));
  await Promise.all(rows.map(({ kind: of, content: stored }) => (of === "cedar" ? readAhead(CedarContent.safeParse(stored).data?.text ?? "") : null)));
  return rows.map((row) => {
    const parsed = kinds[row.kind].schema.safeParse(row.content);
    if (!parsed.success) log.error({ kind: row.kind, scopeId: row.scopeId, version: row.version, problem: parsed.error.message }, "a governance document cannot be read");
    return { ...row, content: parsed.success ? parsed.data : null };
  });
}
