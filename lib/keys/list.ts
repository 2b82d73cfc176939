import { and, eq, gt, ilike, isNotNull, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import { networkRule } from "@/db/schema/network";
import { workspace } from "@/db/schema/organization";
import { may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { mayLock } from "@/lib/locks/authorize-lock";
import { noRule } from "@/lib/network/rule";
import { ruleWords } from "@/lib/network/words";
import { read } from "@/lib/transact";

export const keyStates = ["active", "expired", "revoked"] as const;
export type KeyState = (typeof keyStates)[number];

export type KeyRow = {
  id: string;
  name: string;
  prefix: string;
  state: KeyState;
  scopes: string[];
  agent: { id: string; name: string; workspace: string };
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  /** From where it may be used by its own rule, in words. */
  network: string;
  mayRevoke: boolean;
  mayLock: boolean;
};

export type KeyFilter = PageRequest & { agentId?: string; states?: readonly string[]; q?: string; direction?: "asc" | "desc" };

/** API keys that the caller may see, newest first. The secrets themselves are not stored and cannot be listed. */
export async function listKeys(ctx: Ctx, filter: KeyFilter = {}): Promise<Page<KeyRow>> {
  const now = new Date();
  return read(ctx, async (tx) => {
    const allowed = whereAllowed(tx, ctx, "keys", "view", { workspaceId: agent.workspaceId, agentId: agent.id });
    const page = await keysetPage(
      { column: apiKey.createdAt, id: apiKey.id, direction: filter.direction ?? "desc" },
      filter,
      ({ where, orderBy, limit }) =>
        tx
          .select({ key: apiKey, agentId: agent.id, agentName: agent.name, workspaceId: agent.workspaceId, workspace: workspace.name, rule: networkRule })
          .from(apiKey)
          .innerJoin(agent, eq(agent.id, apiKey.agentId))
          .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
          .leftJoin(networkRule, eq(networkRule.scopeId, apiKey.id))
          .where(and(allowed, where, filter.agentId ? eq(apiKey.agentId, filter.agentId) : undefined, inStates(filter.states, now), matching(filter.q)))
          .orderBy(...orderBy)
          .limit(limit),
      (row) => ({ value: row.key.createdAt, id: row.key.id }),
    );
    return {
      ...page,
      rows: page.rows.map(({ key, ...of }) => ({
        id: key.id,
        name: key.name,
        prefix: key.prefix,
        state: stateOf(key, now),
        scopes: key.scopes,
        agent: { id: of.agentId, name: of.agentName, workspace: of.workspace },
        createdAt: key.createdAt,
        expiresAt: key.expiresAt,
        revokedAt: key.revokedAt,
        lastUsedAt: key.lastUsedAt,
        network: ruleWords(of.rule ?? noRule),
        mayRevoke: !key.revokedAt && may(ctx, "keys", "revoke", { workspaceId: of.workspaceId, agentId: of.agentId }),
        mayLock: !key.revokedAt && mayLock(ctx, of),
      })),
    };
  });
}

/** Whether a key works at `now`, and if not, why. */
export function stateOf(key: { revokedAt: Date | null; expiresAt: Date | null }, now: Date): KeyState {
  if (key.revokedAt) return "revoked";
  return key.expiresAt && key.expiresAt <= now ? "expired" : "active";
}

function inStates(states: readonly string[] | undefined, now: Date): SQL | undefined {
  if (!states || states.length === 0) return undefined;
  const conditions: Record<KeyState, SQL | undefined> = {
    active: and(isNull(apiKey.revokedAt), or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, now))),
    expired: and(isNull(apiKey.revokedAt), lte(apiKey.expiresAt, now)),
    revoked: isNotNull(apiKey.revokedAt),
  };
  return or(...keyStates.filter((state) => states.includes(state)).map((state) => conditions[state])) ?? sql`false`;
}

function matching(q: string | undefined): SQL | undefined {
  const text = q?.trim();
  if (!text) return undefined;
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return or(ilike(apiKey.name, pattern), ilike(apiKey.prefix, pattern), ilike(agent.name, pattern));
}
