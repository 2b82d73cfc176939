import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { agent, agentPolicy, apiKey, type UseLimits } from "@/db/schema/agent";
import { inTenant, type Tx } from "@/db/tenant";
import { abilityOfAgent } from "@/lib/ability/define";
import { agentScopes, type AgentScope } from "@/lib/ability/permissions";
import { countGuess } from "@/lib/auth/guesses";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { groupCommit } from "@/lib/group-commit";
import { hashKey, isKeyShaped } from "@/lib/keys/format";
import { recordKeyRefusal } from "@/lib/keys/refuse";
import { locked, lockOnCaller, locksOn, type StandingLock } from "@/lib/locks/standing";
import { admitKey } from "@/lib/network/admit";
import { marksOfKey } from "@/lib/network/known-rules";
import { documentsInForce, gridMarks, readMarks } from "@/lib/governance/in-force";
import { ofKind } from "@/lib/actions/policy-stages";
import { narrowestLimits } from "@/lib/policies/use-limits";
import { apiCallLimits, limitsText } from "@/lib/rates/counted";
import type { AgentCtx } from "./ctx";
import type { RequestInfo } from "./person";

const lastUseStepMs = 60_000;
const maxKnownKeys = 10_000;
const rememberMs = 20_000;

type KeyPlace = { organizationId: string; keyId: string };

/** Where a key's row is, by its hash. This never changes, so it may be remembered; whether the key is in force may not. */
const places = new Map<string, KeyPlace>();

/**
 * The context of an agent, from the `Authorization` header of its request. The key and its agent are read on every
 * request, in one transaction with those of all requests that arrived meanwhile.
 * `evenLocked`: for what a locked key may still do.
 * @throws AppError `locked`, `network_not_allowed`; `unauthenticated`. Who holds a key that is revoked or expired is told so; any other text is just unknown.
 */
export async function keyCtx(authorization: string | null | undefined, info: RequestInfo, { evenLocked = false } = {}): Promise<AgentCtx> {
  const key = bearer(authorization);
  const hash = hashKey(key);
  const name = hash.toString("base64");
  const place = await findPlace(hash, name);
  if (!place) {
    await countGuess("key", info.ip);
    throw unknownKey();
  }
  const row = await loadKey(place.organizationId, { id: place.keyId, ip: info.ip });
  if (!row) throw unknownKey();
  const actor = actorOf(place, row);
  const ability = abilityOfAgent(actor.id, actor.scopes);
  const ctx: AgentCtx = { organizationId: place.organizationId, actor, ability, ...info, network: row.network, callLimits: row.limits && apiCallLimits(row.limits) };
  const refusal = refusalOf(row, row.now);
  const lock = refusal ? null : lockOnCaller(row.locks);
  if (lock && !evenLocked) {
    good.delete(name);
    await recordKeyRefusal(ctx, { name: row.keyName, prefix: row.prefix, reason: "locked" });
    throw locked(lock);
  }
  if (!refusal) {
    await admitKey(ctx, { name: row.keyName }, row.network);
    // One whose calls are counted is read with each of them.
    if (lock || ctx.callLimits?.length !== 0) {
      good.delete(name);
      return ctx;
    }
    remember(name, { organizationId: place.organizationId, actor, ability, network: row.network, ip: info.ip, readAt: performance.now() });
    return ctx;
  }
  good.delete(name);
  await recordKeyRefusal(ctx, { name: row.keyName, prefix: row.prefix, reason: refusal.reason });
  throw new AppError("unauthenticated", refusal.message, { hint: refusal.hint });
}

/** Keys that were good when they were last read, by their hash. */
const good = new Map<string, Known>();

/** `ip`: the address that its network rules let in. */
type Known = Pick<AgentCtx, "organizationId" | "actor" | "ability" | "ip"> & { network: string; readAt: number };

/**
 * The context that a key gave a moment ago, or null. It lets nobody in by itself: whoever goes by it compares it with what
 * is stored, in the transaction that acts (`isSameKey`), and answers no refusal before the key was read again.
 */
export function rememberedKeyCtx(authorization: string | null | undefined, info: RequestInfo): AgentCtx | null {
  const key = bearerIn(authorization ?? "");
  // Whether it can be a key at all is asked by `keyCtx`, of those that are not known.
  const known = key && good.get(hashKey(key).toString("base64"));
  if (!known || performance.now() - known.readAt > rememberMs) return null;
  const { organizationId, actor, ability, network } = known;
  if (network !== "" && known.ip !== info.ip) return null;
  return { organizationId, actor, ability, network, ...info };
}

function remember(name: string, known: Known): void {
  if (good.size >= maxKnownKeys) good.clear();
  good.set(name, known);
}

/** What an actor is made of, as it is stored. */
export type StoredKey = { agentId: string; agentName: string; workspaceId: string; projectId: string; scopes: readonly string[]; network: string; limits: UseLimits };

/** Whether the stored key still gives the same actor, under the same network rules. */
export function isSameKey({ actor, network, callLimits }: AgentCtx, stored: StoredKey): boolean {
  return (
    (network ?? "") === stored.network &&
    limitsText(callLimits) === limitsText(apiCallLimits(stored.limits)) &&
    actor.id === stored.agentId &&
    actor.name === stored.agentName &&
    actor.workspaceId === stored.workspaceId &&
    actor.projectId === stored.projectId &&
    actor.scopes.join() === knownScopes(stored.scopes).join()
  );
}

function actorOf(place: KeyPlace, row: Omit<StoredKey, "network" | "limits">): AgentCtx["actor"] {
  const { agentId, agentName, workspaceId, projectId } = row;
  return { kind: "agent", id: agentId, name: agentName, apiKeyId: place.keyId, scopes: knownScopes(row.scopes), workspaceId, projectId };
}

function knownScopes(scopes: readonly string[]): AgentScope[] {
  return scopes.filter((scope): scope is AgentScope => (agentScopes as readonly string[]).includes(scope));
}

function bearer(authorization: string | null | undefined): string {
  if (!authorization) {
    throw new AppError("unauthenticated", "The request has no API key.", {
      hint: "Send the header 'Authorization: Bearer cs_…' with a key made on the agent's page.",
    });
  }
  const key = bearerIn(authorization);
  if (!key) {
    throw new AppError("unauthenticated", "The Authorization header is not of the form 'Bearer <API key>'.", {
      hint: "Send the header 'Authorization: Bearer cs_…'.",
    });
  }
  if (!isKeyShaped(key)) throw unknownKey("It is not complete, or a character is wrong: a key is 'cs_' and 49 more characters.");
  return key;
}

function bearerIn(authorization: string): string | undefined {
  return /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
}

function unknownKey(hint = "Check that the whole key was copied and that this is the portal that made it."): AppError {
  return new AppError("unauthenticated", "This API key is not known here.", { hint });
}

async function findPlace(hash: Buffer, name: string): Promise<KeyPlace | null> {
  const known = places.get(name);
  if (known) return known;
  const [row] = await database().sql<{ organization_id: string; api_key_id: string }[]>`
    select organization_id, api_key_id from gate_api_key(${hash})`;
  if (!row) return null;
  const place = { organizationId: row.organization_id, keyId: row.api_key_id };
  if (places.size >= maxKnownKeys) places.clear();
  places.set(name, place);
  return place;
}

type KeyRow = Awaited<ReturnType<typeof readKeys>>[number];

type KeyUse = { id: string; ip: string | null };

const loadKey = groupCommit<KeyUse, KeyRow | undefined>({
  name: "keys",
  maxBatch: 500,
  maxWaiting: 20_000,
  splitOn: () => false,
  commit: async (organizationId, uses) => {
    const rows = new Map((await readKeys(organizationId, uses)).map((row) => [row.id, row]));
    return uses.map(({ id }) => ({ ok: true, value: rows.get(id) }));
  },
});

const locks = locksOn({ key: "api_key.id", agent: "agent" });

/** Keys with their agents as they are now; marks their use and from where, at most once a minute. */
async function readKeys(organizationId: string, uses: readonly KeyUse[]) {
  const ips = new Map(uses.map(({ id, ip }) => [id, ip]));
  return inTenant(database(), organizationId, async (tx) => {
    const rows = await tx
      .select({
        id: apiKey.id,
        keyName: apiKey.name,
        prefix: apiKey.prefix,
        scopes: apiKey.scopes,
        expiresAt: apiKey.expiresAt,
        revokedAt: apiKey.revokedAt,
        lastUsedAt: apiKey.lastUsedAt,
        // One clock decides what has expired, whatever this server's says.
        now: sql`now()`.mapWith(apiKey.expiresAt),
        agentId: agent.id,
        agentName: agent.name,
        agentStatus: agent.status,
        workspaceId: agent.workspaceId,
        projectId: agent.projectId,
        locks: sql<StandingLock[]>`${sql.raw(locks)}`,
        network: sql<string>`${sql.raw(marksOfKey("agent", "api_key"))}`,
        ownLimits: agentPolicy.limits,
        grids: sql<string>`${sql.raw(gridMarks("agent"))}`,
      })
      .from(apiKey)
      .innerJoin(agent, eq(agent.id, apiKey.agentId))
      .leftJoin(agentPolicy, and(eq(agentPolicy.organizationId, agent.organizationId), eq(agentPolicy.agentId, agent.id), eq(agentPolicy.version, agent.policyVersion)))
      .where(inArray(apiKey.id, [...ips.keys()]));
    const isDue = ({ lastUsedAt, now }: { lastUsedAt: Date | null; now: Date }) => !lastUsedAt || now.getTime() - lastUsedAt.getTime() > lastUseStepMs;
    const used = rows.filter((row) => !refusalOf(row, row.now) && isDue(row)).map((row) => row.id);
    if (used.length > 0) {
      await tx
        .update(apiKey)
        .set({ lastUsedAt: sql`now()`, lastIp: sql`used.ip` })
        .from(sql`unnest(${sql.param(used)}::uuid[], ${sql.param(used.map((id) => ips.get(id) ?? null))}::text[]) as used (id, ip)`)
        .where(and(eq(apiKey.id, sql`used.id`), or(isNull(apiKey.lastUsedAt), lt(apiKey.lastUsedAt, sql`now() - ${`${lastUseStepMs} milliseconds`}::interval`))));
    }
    return Promise.all(rows.map(async ({ ownLimits, grids, ...row }) => ({ ...row, limits: await limitsOf(tx, organizationId, ownLimits, grids) })));
  });
}

/** Of the agent's own policy and the grids above it; null where one of them cannot be read. */
async function limitsOf(tx: Tx, organizationId: string, own: UseLimits | null, grids: string): Promise<UseLimits | null> {
  if (own === null || grids === "") return own;
  const documents = await documentsInForce(tx, organizationId, readMarks(grids));
  const above = ofKind(documents, "capabilities").map(({ content }) => content?.limits);
  return above.every((limits) => limits !== undefined) ? narrowestLimits([own, ...above]) : null;
}

type KeyState = { revokedAt: Date | null; expiresAt: Date | null; agentStatus: string };

function refusalOf(key: KeyState, now: Date): { reason: "revoked" | "expired" | "agent_retired"; message: string; hint: string } | null {
  if (key.revokedAt) {
    return { reason: "revoked", message: `This API key was revoked at ${key.revokedAt.toISOString()}.`, hint: "Ask the agent's owner for a new key." };
  }
  if (key.expiresAt && key.expiresAt <= now) {
    return { reason: "expired", message: `This API key expired at ${key.expiresAt.toISOString()}.`, hint: "Ask the agent's owner for a new key." };
  }
  if (key.agentStatus === "retired") {
    return { reason: "agent_retired", message: "The agent of this API key is retired.", hint: "Use a key of an active agent." };
  }
  return null;
}
