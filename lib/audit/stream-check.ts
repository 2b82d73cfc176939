import { type AuditBody, parseBody } from "./file/body";
import { chainNext, chainStart } from "./proof/chain";
import { leafHash, MerkleFrontier } from "./proof/merkle";
import type { StoredEvent } from "./stream";

export type StreamProblem = {
  /** The first event that is not right. */
  seq: number;
  kind: "changed" | "missing" | "inserted" | "reordered" | "checkpoint";
  message: string;
};

/** Follows the stored events from a known state, and finds the first that is not what was appended. */
export class StreamCheck {
  seq: number;
  chain: Buffer;
  readonly tree: MerkleFrontier;

  constructor(
    private readonly organizationId: string,
    from?: { seq: number; chain: Buffer; tree: MerkleFrontier },
  ) {
    this.seq = from?.seq ?? 0;
    this.chain = from?.chain ?? chainStart(organizationId);
    this.tree = from?.tree ?? new MerkleFrontier();
  }

  /** Takes the next event; `following` is the one after it, where that is known. Null: it is right. */
  take(event: StoredEvent, following?: StoredEvent): StreamProblem | null {
    const expected = this.seq + 1;
    if (event.seq > expected) {
      const last = event.seq - 1;
      return { seq: expected, kind: "missing", message: `Event ${expected}${last > expected ? ` to ${last}` : ""} is missing before event ${event.seq}.` };
    }
    if (event.seq < expected) return { seq: event.seq, kind: "inserted", message: `There is a second event with the number ${event.seq}.` };
    const leaf = leafHash(event.body);
    const chain = chainNext(this.chain, event.seq, leaf);
    if (!leaf.equals(event.leafHash) || !chain.equals(event.chainHash)) return this.#fault(event, leaf, following);
    const column = wrongColumn(event, this.organizationId);
    if (column) return { seq: event.seq, kind: "changed", message: `Event ${event.seq} was changed: its column '${column}' does not say what its body says.` };
    this.seq = event.seq;
    this.chain = chain;
    this.tree.append(leaf);
    return null;
  }

  #fault(event: StoredEvent, leaf: Buffer, following: StoredEvent | undefined): StreamProblem {
    if (following) {
      const other = leafHash(following.body);
      const swapped = chainNext(this.chain, event.seq, other);
      if (swapped.equals(event.chainHash) || swapped.equals(following.chainHash)) {
        return { seq: event.seq, kind: "reordered", message: `Events ${event.seq} and ${following.seq} have changed places.` };
      }
    }
    const what = leaf.equals(event.leafHash) ? "it does not continue the chain of the event before it" : "its content does not have the hash that was recorded";
    return { seq: event.seq, kind: "changed", message: `Event ${event.seq} was changed: ${what}.` };
  }
}

const columns: { [Name in keyof StoredEvent]?: (body: AuditBody) => unknown } = {
  organizationId: (body) => body.organization,
  id: (body) => body.id,
  occurredAt: (body) => body.time,
  actorKind: (body) => body.actor.kind,
  actorId: (body) => body.actor.id,
  actorName: (body) => body.actor.name,
  action: (body) => body.action,
  resourceType: (body) => body.resource.type,
  resourceId: (body) => body.resource.id,
  resourceName: (body) => body.resource.name,
  workspaceId: (body) => body.resource.workspace,
  outcome: (body) => body.outcome,
  severity: (body) => body.severity,
  ip: (body) => body.actor.ip,
  requestId: (body) => body.requestId,
};

/** Search goes by columns, the chain by bodies: a column that was changed alone would hide an event from search. */
function wrongColumn(event: StoredEvent, organizationId: string): string | null {
  const body = parseBody(event.body);
  if (!body) return "body";
  if (body.organization !== organizationId) return "organizationId";
  for (const [name, said] of Object.entries(columns)) {
    const stored = event[name as keyof StoredEvent];
    if ((stored instanceof Date ? stored.toISOString() : stored) !== said(body)) return name;
  }
  return null;
}
