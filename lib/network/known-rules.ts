import { and, eq, inArray, ne, type SQL, sql } from "drizzle-orm";
import { networkRule } from "@/db/schema/network";
import { inTenant, type Tx } from "@/db/tenant";
import { database } from "@/lib/database";
import { judgeOf, type Judge } from "./rule";

/** That a rule is in force, and which version of it: all that is read of it with every request. */
export type Mark = { scope: "organization" | "workspace" | "key"; scopeId: string; version: string };

type Known = Mark & { judge: Judge };

const mostKnown = 2_000;

/** Rules made ready, by their version, which stands for what they say and is never used again. */
const known = new Map<string, Judge>();

/** The rules of the organization and of its workspaces that are in force. */
export function selectMarks(tx: Tx) {
  const { scope, scopeId, version } = networkRule;
  return tx.select({ scope, scopeId, version }).from(networkRule).where(and(networkRule.isSet, ne(scope, "key")));
}

/** The organization's rule, where it is in force for directories too. */
export function selectDirectoryMarks(tx: Tx) {
  const { scope, scopeId, version } = networkRule;
  return tx.select({ scope, scopeId, version }).from(networkRule).where(and(networkRule.isSet, eq(scope, "organization"), networkRule.appliesToDirectories));
}

/**
 * The versions of the rules that a key's use is under, as one text: the organization's, its workspace's and its own. `agent`
 * and `key`: what those tables are called in the statement around it.
 */
export function marksOfKey(agent: string, key: string): string {
  return `(select coalesce(string_agg(n.scope || ' ' || n.scope_id || ' ' || n.version, ',' order by n.scope), '') from network_rule n
    where n.organization_id = ${agent}.organization_id and n.scope_id in (${agent}.organization_id, ${agent}.workspace_id, ${key}.id)
      and n.is_set and (n.scope <> 'organization' or n.applies_to_keys))`;
}

/** As `marksOfKey` has written it. */
export function readMarks(text: string): Mark[] {
  return text.split(",").filter(Boolean).map((mark) => {
    const [scope, scopeId = "", version = ""] = mark.split(" ");
    if (scope !== "organization" && scope !== "workspace" && scope !== "key") throw new Error("a network rule is of no known scope");
    return { scope, scopeId, version };
  });
}

/** One text for all of them: as long as it is the same, so are the rules. */
export function stampOf(marks: readonly Mark[]): string {
  return marks.map(({ version }) => version).sort().join();
}

/**
 * The marked rules, made ready. They are read only when their version is new to this process; where one was changed
 * meanwhile, it is as it is now.
 * @throws Error when a rule cannot be read: then nothing is let in.
 */
export async function rulesOf(organizationId: string, marks: readonly Mark[]): Promise<Known[]> {
  const missing = marks.filter(({ version }) => !known.has(version));
  const fresh = missing.length > 0 ? await inTenant(database(), organizationId, (tx) => loadRules(tx, inArray(networkRule.scopeId, missing.map(({ scopeId }) => scopeId)))) : [];
  return marks.map((mark) => {
    const judge = known.get(mark.version) ?? fresh.find(({ scopeId }) => scopeId === mark.scopeId)?.judge;
    if (!judge) throw new Error("a network rule that is in force is gone");
    return { ...mark, judge };
  });
}

async function loadRules(tx: Tx, where: SQL): Promise<Known[]> {
  const rows = await tx.select().from(networkRule).where(where);
  return rows.map((row) => {
    const judge = judgeOf(row);
    if (known.size >= mostKnown) known.clear();
    known.set(row.version, judge);
    return { scope: row.scope, scopeId: row.scopeId, version: row.version, judge };
  });
}

/** The organization's rule, if one is in force. For use inside a verb. */
export async function organizationJudge(tx: Tx): Promise<Judge | undefined> {
  const [rule] = await loadRules(tx, and(eq(networkRule.scope, "organization"), networkRule.isSet) ?? sql`false`);
  return rule?.judge;
}
