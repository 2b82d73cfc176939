import type { Sql } from "postgres";

/**
 * Creates the engine's tables where they are missing. Values are `json`, not `jsonb`, because they must come back
 * as they were given (key order, `\u0000`); nothing is ever searched inside them.
 */
export async function createTables(sql: Sql): Promise<void> {
  await createSchema(sql, "engine");
  await createSchema(sql, "graphile_worker");
  // graphile-worker creates its schema and this table in one batch, which a role that owns
  // the schema but may not create others could not run. With the table there it goes on.
  await sql.unsafe(`
    CREATE TABLE IF NOT EXISTS graphile_worker.migrations (
      id int PRIMARY KEY,
      ts timestamptz NOT NULL DEFAULT now(),
      breaking boolean NOT NULL DEFAULT false
    );

    CREATE TABLE IF NOT EXISTS engine.function (
      id text PRIMARY KEY,
      app text NOT NULL,
      config json NOT NULL,
      active boolean NOT NULL,
      registered_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE IF NOT EXISTS engine.event (
      id text PRIMARY KEY,
      name text NOT NULL,
      payload json NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX IF NOT EXISTS event_received_at ON engine.event (received_at); -- retention

    -- Keys that keep duplicates out: event ids, send attempts, idempotency keys, cron ticks.
    CREATE TABLE IF NOT EXISTS engine.seen (
      key text PRIMARY KEY,
      result text NOT NULL,
      expires_at timestamptz NOT NULL
    );
    CREATE INDEX IF NOT EXISTS seen_expires_at ON engine.seen (expires_at); -- retention

    CREATE TABLE IF NOT EXISTS engine.run (
      id text PRIMARY KEY,
      seq bigserial NOT NULL, -- the order in which runs queue for a concurrency key
      function_id text NOT NULL,
      event_id text NOT NULL,
      event json NOT NULL,
      slots json NOT NULL,
      status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
      -- what the next call of the function waits for: nothing, its job, its answer, its answer and then another call
      discovery text NOT NULL DEFAULT 'none' CHECK (discovery IN ('none', 'queued', 'running', 'again')),
      attempt int NOT NULL DEFAULT 0,
      state_bytes bigint NOT NULL DEFAULT 0,
      output json,
      error json,
      parent_run_id text,
      parent_step_id text,
      created_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz
    );
    CREATE INDEX IF NOT EXISTS run_event_id ON engine.run (event_id); -- runs of an event
    CREATE INDEX IF NOT EXISTS run_ended_at ON engine.run (ended_at) WHERE ended_at IS NOT NULL; -- retention

    CREATE TABLE IF NOT EXISTS engine.step (
      run_id text NOT NULL REFERENCES engine.run (id) ON DELETE CASCADE,
      id text NOT NULL,
      op text NOT NULL,
      name text,
      status text NOT NULL CHECK (status IN ('planned', 'waiting', 'done', 'failed')),
      attempt int NOT NULL DEFAULT 0,
      data json,
      error json,
      ended_seq bigint, -- the order in which steps ended, which the SDK replays
      created_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      PRIMARY KEY (run_id, id)
    );
    CREATE SEQUENCE IF NOT EXISTS engine.step_ended_seq;

    -- Events that runs wait for (step_id set) or are cancelled by (step_id null).
    CREATE TABLE IF NOT EXISTS engine.wait (
      id bigserial PRIMARY KEY,
      run_id text NOT NULL REFERENCES engine.run (id) ON DELETE CASCADE,
      step_id text,
      event_name text NOT NULL,
      paths text NOT NULL,
      hash text NOT NULL,
      expires_at timestamptz
    );
    CREATE INDEX IF NOT EXISTS wait_match ON engine.wait (event_name, hash); -- an event looks for its waits
    CREATE INDEX IF NOT EXISTS wait_run ON engine.wait (run_id);
    -- Which paths have ever been waited on for an event, so that an event can compute its hashes and look them up.
    CREATE TABLE IF NOT EXISTS engine.wait_shape (
      event_name text NOT NULL,
      paths text NOT NULL,
      PRIMARY KEY (event_name, paths)
    );

    -- One row for each concurrency key of each execution that holds a place or queues for one.
    CREATE TABLE IF NOT EXISTS engine.slot (
      id bigserial PRIMARY KEY,
      key text NOT NULL,
      run_id text NOT NULL REFERENCES engine.run (id) ON DELETE CASCADE,
      step_id text NOT NULL, -- '' for the call that discovers steps
      seq bigint NOT NULL,
      places int NOT NULL,
      granted boolean NOT NULL DEFAULT false,
      UNIQUE (run_id, step_id, key)
    );
    CREATE INDEX IF NOT EXISTS slot_queue ON engine.slot (key, granted, seq, id); -- who is next
  `);
}

/** `CREATE SCHEMA IF NOT EXISTS` asks for the right to create even when the schema is there; so look first. */
async function createSchema(sql: Sql, name: string): Promise<void> {
  const [found] = await sql`SELECT 1 FROM pg_namespace WHERE nspname = ${name}`;
  if (!found) await sql`CREATE SCHEMA IF NOT EXISTS ${sql(name)}`;
}
