import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { TransactionSql } from "postgres";
import type { Connection } from "./client";
import { withoutValues } from "./error";

type Transaction = Parameters<Parameters<Connection["db"]["transaction"]>[0]>[0];

declare const tenantBrand: unique symbol;

/** A transaction whose tenant is set. Only `inTenant` makes one, so a query cannot forget its tenant. */
export type Tx = Transaction & { readonly [tenantBrand]: true };

/** A query for `prepared`. Its text must be constant, since each connection keeps every text that ever comes. */
export type Statement = { text: string; values: readonly (null | string | number | boolean | Buffer | readonly string[] | readonly number[])[] };

const setTenant = "select set_config('countersign.tenant', $1, true)";
// No sorting where an index has the order: a plan that is made while a table has a hundred rows is kept when it has millions.
const setPlanOnce = "set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_sort', 'off', true)";

// Whoever acts on what may be locked shares this turn, and whoever places a lock has it alone until the commit: what commits
// after a lock was placed has seen it. It is taken before anything is read, since a statement sees what was there when it began.
const takeTurn = {
  shared: "pg_advisory_xact_lock_shared(hashtextextended('locks of ' || $1, 0))",
  alone: "pg_advisory_xact_lock(hashtextextended('locks of ' || $1, 0))",
} as const;

/** `shared`: what is done here depends on locks; `alone`: one is placed. */
export type LockTurn = keyof typeof takeTurn;

const dialect = new PgDialect({ casing: "snake_case" });

const lastOf = new WeakMap<Tx, Statement[]>();

/**
 * Runs `work` in one transaction that sees one organization. Row-level security compares every row with the setting,
 * which ends with the transaction. `planOnce`: prepared statements of it are planned for whatever values, which is right
 * where they look everything up by keys; finding out anew whether knowing them would help costs more than the look-up.
 * `turn` keeps placing a lock apart from what it stops.
 */
export async function inTenant<T>(connection: Connection, organizationId: string, work: (tx: Tx) => Promise<T>, { planOnce = false, turn }: { planOnce?: boolean; turn?: LockTurn | undefined } = {}): Promise<T> {
  try {
    return await connection.db.transaction(async (transaction) => {
      const tx = transaction as Tx;
      // Travels with the first query, as the begin does, rather than before it: should it fail, so does everything after it.
      void clientOf(tx).unsafe([setTenant, planOnce ? setPlanOnce : "", turn ? takeTurn[turn] : ""].filter(Boolean).join(", "), [organizationId], { prepare: true }).execute();
      const value = await work(tx);
      if (lastOf.has(tx)) await commitWith(tx, []);
      return value;
    });
  } catch (error) {
    throw withoutValues(error);
  }
}

/**
 * Runs a statement that each connection plans once and then only executes; calls that do not wait for one another's
 * answer travel together.
 */
export async function prepared<Row extends object>(tx: Tx, { text, values }: Statement): Promise<Row[]> {
  return clientOf(tx).unsafe<Row[]>(text, [...values] as string[], { prepare: true });
}

/** Has a statement, whose answer nobody needs, travel with the commit instead of costing a way of its own. */
export function withCommit(tx: Tx, statement: Statement): void {
  lastOf.set(tx, [...(lastOf.get(tx) ?? []), statement]);
}

function takeLast(tx: Tx): readonly Statement[] {
  const statements = lastOf.get(tx) ?? [];
  lastOf.delete(tx);
  return statements;
}

/**
 * Runs a query with one text in each row, and gives each as the bytes that arrived, when they arrive, so that any number takes
 * no memory. What is to be kept must be copied: the bytes are the driver's. As of `prepared`, the query's text must be constant.
 */
export async function eachText(tx: Tx, query: SQL, take: (text: Buffer) => void): Promise<void> {
  const { sql, params } = dialect.sqlToQuery(query);
  const rows = clientOf(tx).unsafe<[Buffer][]>(sql, params as string[], { prepare: true });
  void rows.raw();
  await rows.forEach(([text]) => take(text));
}

/** A query as the builder makes it, which is planned once for each connection and text. */
type Preparable<T = unknown> = { prepare(name: string): { execute(): Promise<T> } };
type Answers<Q extends readonly Preparable[]> = { [At in keyof Q]: Q[At] extends Preparable<infer T> ? T : never };

/**
 * Reads in one way to the database and back: the queries, whose texts must be constant, travel with the transaction's begin
 * and its commit. `tenant` is a query for the organization's id, since it needs to be looked up too; when it gives none, the
 * queries see no rows.
 */
export async function readAtOnce<const Q extends readonly Preparable[]>(connection: Connection, tenant: Statement, queries: (tx: Tx) => Q): Promise<Answers<Q>> {
  try {
    return await connection.db.transaction(async (transaction) => {
      const tx = transaction as Tx;
      const client = clientOf(tx);
      let sent = 0;
      const send: Client["unsafe"] = client.unsafe.bind(client);
      // The driver sends a query when somebody waits for it. Here each is sent where it is made, and so before the commit.
      client.unsafe = ((...asked: Parameters<typeof send>) => {
        const query = send(...asked);
        sent += 1;
        void query.execute();
        return query;
      }) as Client["unsafe"];
      const set = client.unsafe(`select set_config('countersign.tenant', coalesce((${tenant.text})::text, ''), true)`, [...tenant.values] as string[], { prepare: true });
      const made = queries(tx);
      const answers = Promise.all(made.map((query) => query.prepare("constant").execute()));
      if (sent !== made.length + 1) throw new Error("the query builder does not send at once any more, and the commit would overtake it");
      client.unsafe = send;
      // What failed first is why; that the rest was rolled back is what follows from it, whichever is heard of first.
      for (const step of await Promise.allSettled([set, answers, commitWith(tx, [])])) if (step.status === "rejected") throw step.reason;
      return (await answers) as Answers<Q>;
    });
  } catch (error) {
    throw withoutValues(error);
  }
}

/**
 * The last statements of `work`, with the commit travelling behind them instead of after their answers. When one of them
 * fails, Postgres rolls back and its error is thrown; once this resolves, all is durable and nothing may follow.
 */
export async function commitWith(tx: Tx, statements: readonly Statement[]): Promise<void> {
  const client = clientOf(tx);
  if (!client.last) throw new Error("the database driver is not mended: run 'node scripts/patch-driver.mjs'");
  const written = Promise.all([...takeLast(tx), ...statements].map(({ text, values }) => client.unsafe(text, [...values] as string[], { prepare: true }).execute()));
  const ended = client.last(client.unsafe("commit")).execute();
  await written;
  const { command } = await ended;
  if (command !== "COMMIT") throw new Error("the transaction was rolled back");
}

/** The driver's own handle of the transaction. `last`: the query ends it, so that the driver need not; see scripts/patch-driver.mjs. */
type Client = TransactionSql & { last?: <Query>(query: Query) => Query };

/** The query builder keeps it to itself. */
function clientOf(tx: Tx): Client {
  return (tx as unknown as { session: { client: Client } }).session.client;
}
