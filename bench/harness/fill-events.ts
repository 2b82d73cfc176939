import { once } from "node:events";
import type { Writable } from "node:stream";
import type postgres from "postgres";
import { chainNext, chainStart } from "@/lib/audit/proof/chain";
import { leafHash } from "@/lib/audit/proof/merkle";
import { bodyOf, eventOf, requireCanonical, type FilledEvent } from "./events";

/** The stream's columns, in the order in which they are written. */
const columns = `organization_id, seq, id, occurred_at, actor_kind, actor_id, actor_name, action, resource_type, resource_id, resource_name, workspace_id,
  outcome, severity, ip, request_id, body, leaf_hash, chain_hash`;
const spacingMs = 100;
const charactersPerWrite = 256 * 1024;

export type Fill = { organizationId: string; workspaceId: string; rows: number };

/** Hears of each event that is filled in; the last one happens now, each a tenth of a second after the one before. */
type Beside = (seq: number, event: FilledEvent, body: string) => Promise<void> | void;

/**
 * Adds events behind those there are, with a whole chain. `audit_append` would make the same rows, one chain after the other and
 * some ten times as slowly: here a whole history is hashed in one pass and copied in, as a superuser.
 */
export async function fillEvents(admin: postgres.Sql, { organizationId, workspaceId, rows }: Fill, beside: Beside = () => {}): Promise<void> {
  const began = Date.now() - rows * spacingMs;
  await admin.begin(async (tx) => {
    await tx`set local synchronous_commit = off`;
    const [head] = await tx<{ seq: string; chain: Buffer }[]>`select seq, chain_hash as chain from audit_head where organization_id = ${organizationId} for update`;
    let seq = Number(head?.seq ?? 0);
    let chain = head?.chain ?? chainStart(organizationId);
    const copy = copyInto(await tx.unsafe(`copy audit_event (${columns}) from stdin`).writable());
    for (let n = 1; n <= rows; n++) {
      const event = eventOf(n, { organizationId, workspaceId, time: new Date(began + n * spacingMs) });
      if (n === 1) requireCanonical(event);
      const body = bodyOf(event);
      const leaf = leafHash(body);
      chain = chainNext(chain, ++seq, leaf);
      const { actor, resource } = event;
      const row = [
        organizationId, seq, event.id, event.time, actor.kind, actor.id, actor.name, event.action, resource.type, resource.id, resource.name, resource.workspace ?? "\\N",
        event.outcome, event.severity, actor.ip, event.requestId, body, `\\\\x${leaf.toString("hex")}`, `\\\\x${chain.toString("hex")}`,
      ];
      await copy.write(row.join("\t"));
      await beside(seq, event, body);
    }
    await copy.end();
    await tx`
      insert into audit_head (organization_id, seq, chain_hash) values (${organizationId}, ${seq}, ${chain})
      on conflict (organization_id) do update set seq = excluded.seq, chain_hash = excluded.chain_hash`;
  });
  await admin`vacuum analyze audit_event`;
}

/** Rows of COPY's text format; what is written has neither tabs nor line feeds of its own. */
export function copyInto(stream: Writable): { write: (row: string) => Promise<void> | void; end: () => Promise<void> } {
  let text = "";
  const flush = async () => {
    const full = !stream.write(text);
    text = "";
    if (full) await once(stream, "drain");
  };
  return {
    write: (row) => {
      text += `${row}\n`;
      if (text.length >= charactersPerWrite) return flush();
    },
    end: async () => {
      await flush();
      await new Promise<void>((resolve, reject) => {
        stream.once("error", reject);
        stream.end(resolve);
      });
    },
  };
}
