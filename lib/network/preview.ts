import { and, desc, eq, gt, isNotNull, isNull, or, sql } from "drizzle-orm";
import { z } from "zod";
import { agent, apiKey } from "@/db/schema/agent";
import { person, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { draftFields, refineDraft, ruleOf } from "./draft";
import { authorizeChange, findPlace, type NetworkPlace } from "./place";
import { parseRange } from "./range";
import { judgeOf, type Judge, type Verdict } from "./rule";

const mostLooked = 2_000;
const mostNamed = 20;

/** `address`: one to try, besides those that are looked at anyway. */
export const PreviewNetworkInput = z
  .strictObject({ ...draftFields, workspaceId: z.uuid().optional(), keyId: z.uuid().optional(), version: z.string().optional(), address: z.string().trim().max(60).default("") })
  .superRefine(refineDraft);
export type PreviewNetworkInput = z.output<typeof PreviewNetworkInput>;

type Refused = { name: string; ip: string; why: string };
type Looked = { total: number; refused: number; named: Refused[] };

/** `you`: null for a key's rule, which is nobody's own. */
export type NetworkPreview = { you: (Verdict & { ip: string | null }) | null; tried: (Verdict & { ip: string }) | { wrong: string } | null; sessions: Looked; keys: Looked };

/** What a rule would do if it were saved: to the author, to an address, to sessions that are open and to keys by their last use. */
export async function previewNetwork(ctx: PersonCtx, { workspaceId, keyId, address, version: _version, ...draft }: PreviewNetworkInput): Promise<NetworkPreview> {
  const rule = ruleOf(draft);
  const judge = judgeOf(rule);
  return read(ctx, async (tx) => {
    const place = await findPlace(tx, ctx.organizationId, { ...(workspaceId ? { workspaceId } : {}), ...(keyId ? { keyId } : {}) });
    authorizeChange(tx, ctx, place);
    const none: Looked = { total: 0, refused: 0, named: [] };
    const isForKeys = place.scope !== "organization" || rule.appliesToKeys;
    return {
      you: place.scope === "key" ? null : { ip: ctx.ip, ...judge(ctx.ip, true) },
      tried: address === "" ? null : tryAddress(judge, address),
      sessions: place.scope === "key" ? none : looked(judge, await openSessions(tx)),
      keys: isForKeys ? looked(judge, await usedKeys(tx, place)) : none,
    };
  });
}

function tryAddress(judge: Judge, text: string): NonNullable<NetworkPreview["tried"]> {
  const range = parseRange(text);
  if ("wrong" in range || text.includes("/")) return { wrong: `${text} is no address` };
  return { ip: range.network, ...judge(range.network, true) };
}

function looked(judge: Judge, found: readonly { name: string; ip: string | null }[]): Looked {
  const refused = found.flatMap(({ name, ip }): Refused[] => {
    const verdict = judge(ip);
    return verdict.admitted ? [] : [{ name, ip: ip ?? "unknown", why: verdict.by }];
  });
  return { total: found.length, refused: refused.length, named: refused.slice(0, mostNamed) };
}

function openSessions(tx: Tx) {
  return tx
    .select({ name: person.name, ip: session.ip })
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .where(and(isNull(session.revokedAt), gt(session.expiresAt, sql`now()`), eq(person.status, "active")))
    .orderBy(desc(session.createdAt))
    .limit(mostLooked);
}

function usedKeys(tx: Tx, { scope, scopeId }: NetworkPlace) {
  const covered = scope === "key" ? eq(apiKey.id, scopeId) : scope === "workspace" ? eq(agent.workspaceId, scopeId) : undefined;
  return tx
    .select({ name: sql<string>`${apiKey.name} || ' (' || ${agent.name} || ')'`, ip: apiKey.lastIp })
    .from(apiKey)
    .innerJoin(agent, eq(agent.id, apiKey.agentId))
    .where(and(covered, isNull(apiKey.revokedAt), isNotNull(apiKey.lastIp), or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, sql`now()`))))
    .orderBy(desc(apiKey.lastUsedAt))
    .limit(mostLooked);
}
