import { eq, gte, inArray } from "drizzle-orm";
import { action, type approval } from "@/db/schema/action";
import { freshProof } from "@/db/schema/factor";
import { organization } from "@/db/schema/organization";
import { run } from "@/db/schema/run";
import { auditCheckpoint, auditEvent, auditHead } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import { openCheckpoint } from "@/lib/audit/proof/checkpoint-note";
import { chainStart } from "@/lib/audit/proof/chain";
import type { VerifierKey } from "@/lib/audit/proof/note";
import type { BundledAssertion, ProofBundle } from "./bundle";
import { readBody } from "./event-body";
import { readDigest } from "./read-digest";
import { type Found, inOrder, keysAdded, publications, readEvents } from "./read-events";
import { planOf, readPolicies } from "./read-policies";
import { inclusionPaths } from "./tree-hashes";

type Approval = typeof approval.$inferSelect;

export type UnsignedBundle = Omit<ProofBundle, "exportedAt" | "exportedBy" | "key">;

/**
 * Gathers everything that proves one request: its events with their places in the stream, what its digest is of, the policies
 * that it was asked under, and what was signed for it.
 */
export async function readBundle(tx: Tx, asked: Approval, key: VerifierKey): Promise<UnsignedBundle> {
  const [owner] = await tx.select({ id: organization.id, name: organization.name }).from(organization);
  const [head] = await tx.select({ seq: auditHead.seq }).from(auditHead);
  const [stored] = asked.actionId ? await tx.select().from(action).where(eq(action.id, asked.actionId)) : [];
  const [started] = asked.actionId ? await tx.select({ id: run.id }).from(run).where(eq(run.actionId, asked.actionId)) : [];
  const own = await readEvents(tx, asked, started?.id ?? null);
  const digest = await readDigest(tx, asked, stored);
  const policies = await readPolicies(tx, asked, own.events, digest);
  const proofs = own.events.flatMap(proofsOf);
  const events = inOrder([...own.events, ...(await keysAdded(tx, proofs)), ...(await publications(tx, policies))]);
  const last = events.at(-1)?.seq ?? 0;
  const note = await signedAfter(tx, last);
  return {
    kind: "countersign-proof-bundle",
    v: 2,
    organization: { id: asked.organizationId, name: owner?.name ?? "" },
    approval: { id: asked.id, kind: asked.kind, risk: asked.risk, status: asked.status },
    action: asked.actionId,
    run: started?.id ?? null,
    upTo: head?.seq ?? last,
    ...(own.leftOut > 0 ? { leftOut: own.leftOut } : {}),
    events: await withPlaces(tx, events, note, key),
    checkpoint: note,
    digest,
    policies,
    plan: planOf(asked),
    assertions: await assertionsOf(tx, proofs.map(({ id }) => id)),
  };
}

type Proof = { id: string; factor: string | null; person: string };

function proofsOf({ body }: Found): Proof[] {
  const read = readBody(body);
  const said = read?.details.proof as { id?: unknown; factor?: unknown } | null | undefined;
  if (!read || typeof said?.id !== "string") return [];
  return [{ id: said.id, factor: typeof said.factor === "string" ? said.factor : null, person: read.actor.id }];
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
