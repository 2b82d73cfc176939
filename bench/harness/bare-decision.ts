import { createHash, randomUUID } from "node:crypto";
import postgres from "postgres";
import type { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import type { Bench } from "./row";
import type { BenchTenant } from "./tenant";

type Row = Record<string, string | null>;
type Shape = { name: string; type: string }[];

/**
 * What one would write by hand without group commit: per decision one transaction that takes the money from both budgets,
 * writes the action, its reservation and its event, and moves the head of the chain. Statements are prepared, and sent
 * together where one does not need the other's answer; the role bypasses row-level security. The rows are those that the
 * product wrote for a decision of its own, with new ids, so that both sides always write the same.
 */
export async function bareDecisions(bench: Bench, tenant: BenchTenant, connections: number, input: SubmitActionInput): Promise<() => Promise<void>> {
  const sql = postgres(bench.database.adminUrl, { max: connections, onnotice: () => {} });
  bench.onEnd(() => sql.end({ timeout: 5 }));
  const { action: made } = await submitAction(tenant.agent, input, randomUUID());
  const [action, reservation, event] = await Promise.all([
    template(sql, "action", "id", made.id),
    template(sql, "reservation", "action_id", made.id),
    template(sql, "audit_event", "resource_id", made.id),
  ]);
  const insertAction = insertInto("action", action.shape);
  const insertReservation = insertInto("reservation", reservation.shape);
  const append = appendEvent(event.shape);
  const amount = Number(reservation.row.amount_micros);
  const windows = `{${String(reservation.row.window_ids).replace(/[{}]/g, "")}}`;
  const prepare = { prepare: true };
  return async () => {
    const id = randomUUID();
    const now = new Date().toISOString();
    const body = String(event.row.body).replaceAll(made.id, id);
    const leaf = createHash("sha256").update("\0").update(body).digest("hex");
    await sql.begin(async (tx) => {
      const taken = await tx.unsafe(
        // Locked in one order, since two budgets taken in any order wait for one another.
        `with held as (select w.id from budget_window w where w.id = any($2::text::uuid[]) order by w.id for update)
         update budget_window w set reserved_micros = w.reserved_micros + $1 from held, budget b where w.id = held.id and b.id = w.budget_id
           and w.committed_micros + w.reserved_micros + $1 <= b.cap_micros + w.raised_micros`,
        [amount, windows],
        prepare,
      );
      if (taken.count !== 2) throw new Error(`the bare side reserved in ${taken.count} windows`);
      await Promise.all([
        tx.unsafe(insertAction, values(action, { id, idempotency_key: id, created_at: now }), prepare),
        tx.unsafe(insertReservation, values(reservation, { id: randomUUID(), action_id: id, created_at: now }), prepare),
        tx.unsafe(append, [...values(event, { id: randomUUID(), resource_id: id, occurred_at: now, body, leaf_hash: `\\x${leaf}` }), tenant.organizationId], prepare),
      ]);
    });
  };
}

type Template = { shape: Shape; row: Row };

/** A row as text, column by column, with the columns' types. */
async function template(sql: postgres.Sql, table: string, column: string, id: string): Promise<Template> {
  const shape = await sql<Shape>`
    select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`;
  const columns = shape.map(({ name }) => `${name}::text`).join(", ");
  const [row] = await sql.unsafe<Row[]>(`select ${columns} from ${table} where ${column} = '${id}'`);
  if (!row) throw new Error(`the product wrote no ${table}`);
  return { shape: [...shape], row };
}

function values({ shape, row }: Template, changed: Row): (string | null)[] {
  return shape.map(({ name }) => changed[name] ?? row[name] ?? null);
}

function insertInto(table: string, shape: Shape): string {
  return `insert into ${table} (${namesOf(shape)}) values (${shape.map(parameter).join(", ")})`;
}

/** Moves the head and inserts the event behind it, in one statement; the chain's hash is made as the product makes it. */
function appendEvent(shape: Shape): string {
  const leaf = shape.findIndex(({ name }) => name === "leaf_hash");
  const made: Record<string, string> = { seq: "head.seq", chain_hash: "head.chain_hash" };
  const selected = shape.map((column, at) => made[column.name] ?? parameter(column, at));
  return `with head as (
      update audit_head set seq = seq + 1, chain_hash = sha256(chain_hash || int8send(seq + 1) || $${leaf + 1}::text::bytea)
      where organization_id = $${shape.length + 1}::text::uuid returning seq, chain_hash)
    insert into audit_event (${namesOf(shape)}) select ${selected.join(", ")} from head
    where ${shape.map((column, at) => (made[column.name] ? `$${at + 1}::text is not null` : "")).filter(Boolean).join(" and ")}`;
}

function namesOf(shape: Shape): string {
  return shape.map(({ name }) => name).join(", ");
}

function parameter({ type }: { type: string }, at: number): string {
  return `$${at + 1}::text::${type}`;
}
