import { openCheckpoint } from "@/lib/audit/proof/checkpoint-note";
import { chainNext, chainStart } from "@/lib/audit/proof/chain";
import { leafHash } from "@/lib/audit/proof/merkle";
import type { VerifierKey } from "@/lib/audit/proof/note";
import type { ProofBundle, ProofEvent } from "./bundle";
import { readBody } from "./event-body";
import { rootOf } from "./inclusion";
import type { Finding, Link } from "./link";

/** Checks that the events are what the stream holds: each one's own hashes, their order, and their places in a tree that was signed. */
export function checkRecord(bundle: ProofBundle, key: VerifierKey): Link {
  const count = bundle.events.length === 1 ? "1 event" : `${bundle.events.length} events`;
  const findings: Finding[] = bundle.events.flatMap((event, at) => checkEvent(bundle, event, bundle.events[at - 1]));
  if (findings.length === 0) findings.push({ what: `The hashes of ${count} fit what is said, and their order in the chain`, ok: true });
  findings.push(...checkPlaces(bundle, key));
  const opened = bundle.checkpoint === null ? null : openCheckpoint(bundle.checkpoint, key);
  const says = opened?.ok ? `${count} of a stream that had ${opened.checkpoint.size} when it was signed by ${key.name}+${key.id}.` : `${count}.`;
  return { id: "record", title: "Record", says, at: null, seq: null, findings };
}

/** What is wrong with one event; nothing where nothing is. */
function checkEvent(bundle: ProofBundle, event: ProofEvent, previous: ProofEvent | undefined): Finding[] {
  const bad = (why: string): Finding[] => [{ what: `Event ${event.seq}: ${why}`, ok: false }];
  const leaf = leafHash(event.body);
  if (leaf.toString("hex") !== event.leaf) return bad("its content does not have the hash that was recorded for it, so it was changed");
  if (chainNext(Buffer.from(event.prev, "hex"), event.seq, leaf).toString("hex") !== event.chain) return bad("its place or one of its hashes does not fit the chain");
  if (readBody(event.body)?.organization !== bundle.organization.id) return bad("it is not one of this organization");
  if (event.seq === 1 && event.prev !== chainStart(bundle.organization.id).toString("hex")) return bad("the chain does not begin where this organization's does");
  if (event.seq > bundle.upTo) return bad("it is later than the bundle says that it goes");
  if (!previous) return [];
  if (previous.seq >= event.seq) return bad("it stands before an event that came before it");
  return previous.seq + 1 === event.seq && previous.chain !== event.prev ? bad("it does not follow on the event before it") : [];
}

function checkPlaces(bundle: ProofBundle, key: VerifierKey): Finding[] {
  if (bundle.checkpoint === null) return [{ what: "The events are in a signed checkpoint", ok: null, why: "None was signed since; there is one about every minute." }];
  const opened = openCheckpoint(bundle.checkpoint, key);
  if (!opened.ok) return [{ what: `The checkpoint is signed by ${key.name}+${key.id}`, ok: false }];
  const { organizationId, size, root } = opened.checkpoint;
  const findings: Finding[] = [{ what: `The checkpoint of ${size} events is signed by ${key.name}+${key.id}, for this organization`, ok: organizationId === bundle.organization.id }];
  const missing = bundle.events.filter(({ seq, leaf, path }) => !path || !rootOf(Buffer.from(leaf, "hex"), seq - 1, size, path.map((hash) => Buffer.from(hash, "base64")))?.equals(root));
  const waiting = missing.filter(({ path }) => path === null);
  for (const { seq, path } of missing) if (path) findings.push({ what: `Event ${seq}: its inclusion proof does not lead to the signed root`, ok: false });
  if (waiting.length > 0) findings.push({ what: "Every event is in the signed checkpoint", ok: null, why: `Not yet: ${waiting.map(({ seq }) => seq).join(", ")}. The next checkpoint, within about a minute, holds them.` });
  if (missing.length === 0) findings.push({ what: `Each event is in its tree: the inclusion proofs (RFC 9162) lead to the signed root`, ok: true });
  return findings;
}
