import { eq, getTableColumns, gte, inArray } from "drizzle-orm";
import { action, approval } from "@/db/schema/action";
import { freshProof } from "@/db/schema/factor";
import { organization } from "@/db/schema/organization";
import { run } from "@/db/schema/run";
import { auditCheckpoint, auditEvent, auditHead } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import { maskJson } from "@/lib/approvals/mask";
import { parseBody } from "@/lib/audit/file/body";
import { type Section, searchedEvents } from "@/lib/audit/filter";
import { openCheckpoint } from "@/lib/audit/proof/checkpoint-note";
import { chainStart } from "@/lib/audit/proof/chain";
import type { VerifierKey } from "@/lib/audit/proof/note";
import type { BundledAssertion, BundledDigest, ProofBundle } from "./bundle";
import { sha256 } from "./digest";
import { inclusionPaths } from "./tree-hashes";

const mostEvents = 200;
/** Arguments longer than this are not put into a bundle: files are what is long of them. */
const longestArguments = 256 * 1024;
/** The stream's times are those of the server that wrote; clocks of two may differ a little. */
const clockSlackMs = 10 * 60_000;

const whole: Section = { olderThan: null, newerThan: null, oldestFirst: true, limit: mostEvents };
const columns = getTableColumns(auditEvent);
type Found = typeof auditEvent.$inferSelect;
type Approval = typeof approval.$inferSelect;

export type UnsignedBundle = Omit<ProofBundle, "exportedAt" | "exportedBy" | "key">;

/** Gathers everything that proves one request: its events with their places in the stream, what its digest is of, and what was signed for it. */
export async function readBundle(tx: Tx, asked: Approval, key: VerifierKey): Promise<UnsignedBundle> {
  const [owner] = await tx.select({ id: organization.id, name: organization.name }).from(organization);
  const [head] = await tx.select({ seq: auditHead.seq }).from(auditHead);
  const [stored] = asked.actionId ? await tx.select().from(action).where(eq(action.id, asked.actionId)) : [];
  const [started] = asked.actionId ? await tx.select({ id: run.id }).from(run).where(eq(run.actionId, asked.actionId)) : [];
  const resources = [asked.id, ...(asked.actionId ? [asked.actionId] : []), ...(started ? [started.id] : [])];
  const from = new Date(asked.createdAt.getTime() - clockSlackMs).toISOString();
  const own = await tx.select(columns).from(searchedEvents({ from }, null, { ...whole, resources })).orderBy(auditEvent.seq);
  const proofs = own.flatMap(proofsOf);
  const added = await keysAdded(tx, proofs);
  const events = [...added, ...own].sort((a, b) => a.seq - b.seq);
  const last = events.at(-1)?.seq ?? 0;
  const note = await signedAfter(tx, last);
  return {
    kind: "countersign-proof-bundle",
    v: 1,
    organization: { id: asked.organizationId, name: owner?.name ?? "" },
    approval: { id: asked.id, kind: asked.kind, risk: asked.risk, status: asked.status },
    action: asked.actionId,
    run: started?.id ?? null,
    upTo: head?.seq ?? last,
    events: await withPlaces(tx, events, note, key),
    checkpoint: note,
    digest: stored ? digestOfAction(stored) : digestOfRequest(asked),
    assertions: await assertionsOf(tx, proofs.map(({ id }) => id)),
  };
}

type Proof = { id: string; factor: string | null; person: string };

function proofsOf({ body }: Found): Proof[] {
  const read = parseBody(body);
  const said = read?.details.proof as { id?: unknown; factor?: unknown } | null | undefined;
  if (!read || typeof said?.id !== "string") return [];
  return [{ id: said.id, factor: typeof said.factor === "string" ? said.factor : null, person: read.actor.id }];
}

/** The events with which the keys that signed were added to their persons' accounts. */
async function keysAdded(tx: Tx, proofs: readonly Proof[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const person of new Set(proofs.flatMap(({ factor, person }) => (factor ? [person] : [])))) {
    const rows = await tx.select(columns).from(searchedEvents({ action: ["people.factor_added"], resource: person }, null, whole));
    found.push(...rows.filter(({ body }) => proofs.some(({ factor }) => factor !== null && parseBody(body)?.details.factor === factor)));
  }
  return found;
}

async function assertionsOf(tx: Tx, ids: readonly string[]): Promise<BundledAssertion[]> {
  if (ids.length === 0) return [];
  const rows = await tx.select({ id: freshProof.id, assertion: freshProof.assertion }).from(freshProof).where(inArray(freshProof.id, [...ids]));
  return rows.flatMap(({ id, assertion }) => (assertion ? [{ proof: id, ...assertion }] : []));
}

/** The smallest signed tree that holds the event; else the largest there is; null: none was signed. */
async function signedAfter(tx: Tx, last: number): Promise<string | null> {
  const [after] = await tx.select({ note: auditCheckpoint.note }).from(auditCheckpoint).where(gte(auditCheckpoint.treeSize, last)).orderBy(auditCheckpoint.treeSize).limit(1);
  return after?.note ?? null;
}

async function withPlaces(tx: Tx, events: readonly Found[], note: string | null, key: VerifierKey): Promise<ProofBundle["events"]> {
  const before = events.map(({ seq }) => seq - 1).filter((seq) => seq > 0);
  const chains = before.length === 0 ? [] : await tx.select({ seq: auditEvent.seq, chain: auditEvent.chainHash }).from(auditEvent).where(inArray(auditEvent.seq, before));
  const chainAt = new Map(chains.map(({ seq, chain }) => [seq, chain]));
  const opened = note === null ? null : openCheckpoint(note, key);
  const size = opened?.ok ? opened.checkpoint.size : 0;
  const signed = events.flatMap(({ seq }) => (seq <= size ? [seq - 1] : []));
  const paths = await inclusionPaths(tx, signed, size);
  return events.map(({ seq, body, leafHash, chainHash, organizationId }) => ({
    seq,
    prev: (seq === 1 ? chainStart(organizationId) : (chainAt.get(seq - 1) ?? Buffer.alloc(32))).toString("hex"),
    leaf: leafHash.toString("hex"),
    chain: chainHash.toString("hex"),
    body,
    path: paths.get(seq - 1)?.map((hash) => hash.toString("base64")) ?? null,
  }));
}

function digestOfAction(stored: typeof action.$inferSelect): BundledDigest {
  const { agentId, tool, operation, resource, policyVersion, policies, limits } = stored;
  const args = { sha256: sha256(stored.arguments), bytes: Buffer.byteLength(stored.arguments) };
  const isSecret = maskJson(JSON.parse(stored.arguments)).count > 0;
  const kept = isSecret ? "The arguments hold what looks like a secret, so they are not here." : args.bytes > longestArguments ? "The arguments are longer than a bundle takes, so they are not here." : null;
  return {
    sha256: stored.digest.toString("hex"),
    parts: { agentId, tool, operation, resource, policyVersion, ...(policies ? { policies: policies.toString("hex") } : {}), ...(limits ? { limits: JSON.parse(limits) as BundledDigest["parts"][string] } : {}) },
    arguments: { ...args, ...(kept ? { why: kept } : { text: stored.arguments }) },
  };
}

/** Of a request without an action: a lease is bound to all that it was asked for; of other kinds the event says the digest. */
function digestOfRequest(asked: Approval): BundledDigest | null {
  if (asked.kind !== "access" || !asked.leaseRequest || !asked.workspaceId) return null;
  const { organizationId, workspaceId, reason } = asked;
  return { sha256: asked.digest.toString("hex"), parts: { kind: "access", scope: { ...asked.leaseRequest }, reason, organizationId, workspaceId }, arguments: null };
}
