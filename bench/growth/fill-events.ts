import type postgres from "postgres";
import type { FilledEvent } from "../harness/events";
import { copyInto, fillEvents } from "../harness/fill-events";
import type { Fill } from "./case";

/** Audit events, all of them in the index, as the clock keeps it. */
export const fillAudit: Fill = async ({ admin, bench, tenant: { organizationId, workspaceId } }, rows) => {
  await admin.begin(async (tx) => {
    await tx`select set_config('countersign.tenant', ${organizationId}, true)`;
    for (let waiting = 1; waiting > 0; ) waiting = Number((await tx<{ waiting: string }[]>`select audit_index_more(100000) as waiting`)[0]?.waiting);
  });
  const [index] = await admin<{ definition: string }[]>`select pg_get_indexdef('audit_index_terms'::regclass) as definition`;
  await admin`drop index audit_index_terms`;
  const words = new Set<string>();
  await admin.begin(async (tx) => {
    await tx`set local synchronous_commit = off`;
    const copy = copyInto(await tx`copy audit_index (organization_id, seq, occurred_at, terms) from stdin`.writable());
    await fillEvents(admin, { organizationId, workspaceId, rows }, (seq, event, body) => {
      if (seq % 1_000_000 === 0) bench.say(`${seq.toLocaleString("en-US")} events`);
      return copy.write(`${organizationId}\t${seq}\t${event.time}\t${termsOf(seq, event, body, words)}`);
    });
    await copy.end();
  });
  bench.say(`indexing ${rows.toLocaleString("en-US")} events`);
  // Many times faster in one go than event by event, and the same index.
  await admin.begin(async (tx) => {
    await tx`set local maintenance_work_mem = '512MB'`;
    await tx.unsafe(index?.definition ?? "");
  });
  await admin`
    insert into audit_index_span (organization_id, span, first_at, last_at)
    select organization_id, seq >> 12, min(occurred_at), max(occurred_at) from audit_event group by 1, 2
    on conflict (organization_id, span) do update set first_at = excluded.first_at, last_at = excluded.last_at`;
  await noteTerms(admin, organizationId, rows, words);
  await admin`update audit_index_head i set seq = h.seq from audit_head h where h.organization_id = i.organization_id`;
  const [wrong] = await admin`
    select e.seq from audit_event e left join audit_index i using (organization_id, seq, occurred_at)
    where e.seq % ${Math.ceil(rows / 1_000)} = 0 and i.terms is distinct from audit_terms(e) limit 1`;
  if (wrong) throw new Error(`event ${wrong.seq} is not in the index as the product would have put it there`);
  await admin`vacuum analyze audit_index`;
};

/** What the product notes of terms as it goes: new words, and what is frequent in each full span. */
async function noteTerms(admin: postgres.Sql, organizationId: string, rows: number, words: ReadonlySet<string>): Promise<void> {
  for (let span = 0; span < (rows + 1) >> 12; span++) await admin`select audit_note_frequent(${organizationId}, ${span}, ${span})`;
  await admin`insert into audit_index_word (organization_id, word) select ${organizationId}, * from unnest(${[...words]}::text[]) on conflict do nothing`;
  await admin`vacuum analyze audit_index_word, audit_index_frequent`;
}

/** What `audit_terms` makes of such an event, which has ASCII letters only; a sample is compared with it. Adds to `words`. */
function termsOf(seq: number, event: FilledEvent, body: string, words: Set<string>): string {
  const { actor, resource, organization } = event;
  const terms = new Set([
    ...[12, 15, 18, 21].map((bits) => `@${bits} ${organization} ${seq >> bits}`), `@a ${event.action}`, `@u ${actor.id}`, `@t ${resource.type}`, `@r ${resource.id}`,
    `@o ${event.outcome}`, `@s ${event.severity}`, `@i ${actor.ip}`, `@q ${event.requestId}`,
  ]);
  if (resource.workspace !== null) terms.add(`@w ${resource.workspace}`);
  for (const word of body.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    const term = /[0-9]/.test(word) ? `#${word.slice(0, 5)}` : word.slice(0, 12);
    if (!term.startsWith("#")) words.add(term);
    terms.add(term);
  }
  return `'${[...terms].join("' '")}'`;
}
