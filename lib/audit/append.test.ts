import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTenant } from "@/db/tenant";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import type { AuditEntry } from "./actions";
import { appendAudit, auditBody } from "./append";
import { checkpoint } from "./checkpoint";
import { indexAudit } from "./index-events";
import { recordEvent } from "./record";
import { searchAudit } from "./search";
import { latestCheckpoint, streamEvents } from "./stream";
import { useAuditKey } from "./testing";
import { verify } from "./verify";

const testDatabase = useTestDatabase();
useAuditKey();

/** Connections as the application has them, beside its pool. */
let app: postgres.Sql;
beforeAll(() => {
  app = postgres(testDatabase.current().url, { max: 12, onnotice: () => {} });
});
afterAll(() => app.end());

const plain = (name = "x"): AuditEntry => ({ action: "workspaces.created", resource: { type: "workspace", id: name, name } });

async function setUp() {
  const made = await tenant();
  const clock = systemCtx("audit", made.organizationId);
  const stream = async () => {
    const events = [];
    for await (const page of streamEvents(clock, 0)) events.push(...page);
    return events;
  };
  const raw = (work: (tx: postgres.TransactionSql) => Promise<unknown>, isolation = "") =>
    app.begin(isolation, async (tx) => {
      await tx`select set_config('countersign.tenant', ${made.organizationId}, true)`;
      await work(tx);
    });
  return { ...made, clock, stream, raw, auditor: await made.as("auditor") };
}

describe("the chain", () => {
  it("neither forks nor has a hole, whatever writers do at the same time", async () => {
    const writer = fc.record({
      events: fc.integer({ min: 1, max: 4 }),
      fate: fc.constantFrom("commit", "commit", "roll back", "fail", "savepoint"),
      isolation: fc.constantFrom("", "isolation level repeatable read", "isolation level serializable"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(writer, { minLength: 8, maxLength: 24 }), async (writers) => {
        const { organizationId, agent, stream, raw, auditor } = await setUp();
        let kept = 0;
        await Promise.all(
          writers.map(async ({ events, fate, isolation }) => {
            const bodies = Array.from({ length: events }, () => auditBody(agent, plain()));
            const append = (tx: postgres.TransactionSql) => tx`select audit_append(${bodies})`;
            const ended = raw(async (tx) => {
              if (fate === "savepoint") await tx.savepoint(async (inner) => append(inner).then(() => Promise.reject(new Error("back")))).catch(() => {});
              await append(tx);
              if (fate === "fail") await tx`select 1 / 0`;
              if (fate === "roll back") throw new Error("rolled back");
            }, isolation);
            // Under the stricter levels Postgres undoes who came second; then nothing of it may be left.
            await ended.then(() => (kept += events), () => {});
          }),
        );
        const all = await stream();
        expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at + 1));
        expect(all).toHaveLength(kept);
        expect(new Set(all.map(({ organizationId: of }) => of))).toEqual(new Set(kept > 0 ? [organizationId] : []));
        expect((await verify(auditor)).problem).toBeNull();
      }),
      { numRuns: 12 },
    );
  });

  it("begins once, though many append the first event", async () => {
    const { agent, raw, stream, auditor } = await setUp();
    await Promise.all(Array.from({ length: 12 }, () => raw((tx) => tx`select audit_append(${[auditBody(agent, plain())]})`)));
    expect(await stream()).toHaveLength(12);
    expect((await verify(auditor)).problem).toBeNull();
  });

  it("takes a batch with an event of another organization, or without one, not even in part", async () => {
    const { agent, raw, stream } = await setUp();
    const other = await tenant();
    const foreign = auditBody(other.agent, plain());
    for (const bad of [foreign, foreign.replace(/"organization":"[^"]*",/, ""), auditBody(agent, plain()).replace(agent.organizationId, agent.organizationId.toUpperCase()), "null", "[]"]) {
      await expect(raw((tx) => tx`select audit_append(${[auditBody(agent, plain()), bad]})`)).rejects.toThrow(/another organization/);
    }
    await expect(raw((tx) => tx`select audit_append(array[null, ${auditBody(agent, plain())}]::text[])`)).rejects.toThrow();
    expect(await stream()).toEqual([]);
  });

  it("takes no event alone of another organization, or without one, be it the first or a later one", async () => {
    const { agent, raw, stream, auditor } = await setUp();
    const other = await tenant();
    const foreign = auditBody(other.agent, plain());
    const refused = async () => {
      for (const bad of [foreign, foreign.replace(/"organization":"[^"]*",/, ""), "null", "[]"]) {
        await expect(raw((tx) => tx`select audit_append(${[bad]})`)).rejects.toThrow(/another organization/);
      }
      await expect(raw((tx) => tx`select audit_append(array[null]::text[])`)).rejects.toThrow();
    };
    await refused();
    await raw((tx) => tx`select audit_append(${[auditBody(agent, plain())]})`);
    await refused();
    await raw((tx) => tx`select audit_append(${[auditBody(agent, plain())]})`);
    expect((await stream()).map(({ seq }) => seq)).toEqual([1, 2]);
    expect((await verify(auditor)).problem).toBeNull();
  });

  it("follows positions, not clocks: an event from before is found at its time, and the chain is whole", async () => {
    const { agent, organizationId, auditor, clock } = await setUp();
    const times = ["2026-03-01T10:00:00.000Z", "2026-03-01T09:00:00.000Z", "2031-01-01T00:00:00.000Z", "2019-05-05T05:05:05.000Z", "2026-03-01T10:00:00.000Z"];
    await inTenant(database(), organizationId, (tx) => appendAudit(tx, times.map((time) => auditBody(agent, plain(), new Date(time)))));
    const found = async (from: string, to: string) => (await searchAudit(auditor, { filter: { from, to, resourceType: ["workspace"] }, size: 50 })).rows.map(({ seq }) => seq);
    for (const indexed of [false, true]) {
      if (indexed) await indexAudit(clock);
      expect(await found("2026-03-01T08:00:00Z", "2026-03-01T11:00:00Z")).toEqual([5, 2, 1]);
      expect(await found("2019-01-01", "2019-12-31")).toEqual([4]);
      expect(await found("2030-01-01", "2032-01-01")).toEqual([3]);
    }
    expect((await verify(auditor)).problem).toBeNull();
  });
});

describe("the application's role", () => {
  it.each([
    "insert into audit_event select * from audit_event",
    "insert into audit_event (organization_id, seq, id, occurred_at) values (tenant_id(), 99, gen_random_uuid(), now())",
    "update audit_event set body = body",
    "delete from audit_event",
    "truncate audit_event",
    "update audit_head set seq = 0",
    "delete from audit_head",
    "truncate audit_head, audit_event",
    "insert into audit_checkpoint select * from audit_checkpoint",
    "delete from audit_checkpoint",
    "select * from audit_index",
    "update audit_index_head set seq = 1000000",
    "delete from audit_index",
    "insert into audit_index_head values (tenant_id(), 1000000)",
    "update audit_index_span set last_at = '-infinity'",
    "select * from audit_index_word",
    "insert into audit_index_word values (tenant_id(), 'forged')",
    "select * from audit_index_frequent",
    "delete from audit_index_frequent",
    "select audit_note_frequent(tenant_id(), 0, 0)",
    "drop index audit_index_terms",
    "create or replace function audit_append(bodies text[]) returns bigint language sql as 'select 0::bigint'",
    "alter function audit_search rename to searched",
    "select * from audit_look_through(null, 1, 2, true, 3)",
    "drop function audit_plain(text)",
    "alter table audit_event add column mine text",
    "create rule lost as on insert to audit_event do instead nothing",
    "create trigger lost before insert on audit_event for each row execute function refuse_change()",
    "comment on table audit_event is 'mine'",
  ])("cannot: %s", async (statement) => {
    const { raw, agent, stream } = await setUp();
    await recordEvent(agent, plain());
    await expect(raw((tx) => tx.unsafe(statement))).rejects.toThrow(/permission denied|must be owner|must have/);
    expect(await stream()).toHaveLength(1);
  });

  it("cannot have a checkpoint that contradicts the chain, nor two at one size", async () => {
    const { agent, raw, clock, stream } = await setUp();
    for (let n = 0; n < 3; n++) await recordEvent(agent, plain(String(n)));
    const [first, second] = await stream();
    const add = (size: number, chain: Buffer | undefined, note = "forged") => raw((tx) => tx`select audit_add_checkpoint(${size}, ${Buffer.alloc(32)}, ${chain ?? Buffer.alloc(0)}, ${[]}::bytea[], ${note})`);
    await expect(add(1, second?.chainHash)).rejects.toThrow(/does not match the chain/);
    await expect(add(4, first?.chainHash)).rejects.toThrow(/does not match the chain/);
    await checkpoint(clock);
    const signed = await latestCheckpoint(clock);
    await add(3, signed?.chainHash);
    expect(await latestCheckpoint(clock)).toEqual(signed);
  });
});

describe("recordEvent", () => {
  it("is durable for each caller, in one chain with what is appended otherwise", async () => {
    const { agent, organizationId, stream, auditor, clock } = await setUp();
    const alone = Array.from({ length: 300 }, (_, at) => recordEvent(at % 2 ? agent : clock, plain(`alone ${at}`)));
    const within = Array.from({ length: 10 }, () => inTenant(database(), organizationId, (tx) => appendAudit(tx, [auditBody(agent, plain("within"))])));
    await Promise.all([...alone, ...within]);
    const events = await stream();
    expect(new Set(events.map(({ resourceName }) => resourceName)).size).toBe(301);
    expect((await verify(auditor)).problem).toBeNull();
  });

  it("fails for the caller whose event the database refuses, and for no other", async () => {
    const { agent, stream } = await setUp();
    const bad: AuditEntry = { action: "workspaces.created", resource: { type: "workspace", id: "w", name: "bad", workspaceId: "no id" } };
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, at) => recordEvent(agent, at === 17 ? bad : plain(String(at)))));
    expect(results.flatMap(({ status }, at) => (status === "rejected" ? [at] : []))).toEqual([17]);
    expect(await stream()).toHaveLength(39);
  });

  it("writes to the tenant of its context, whatever the connection was used for before", async () => {
    const [one, other] = [await setUp(), await setUp()];
    await Promise.all(Array.from({ length: 40 }, (_, at) => recordEvent((at % 2 ? one : other).agent, plain())));
    expect([(await one.stream()).length, (await other.stream()).length]).toEqual([20, 20]);
    const [left] = await database().sql<{ tenant: string | null }[]>`select tenant_id() as tenant`;
    expect(left?.tenant).toBeNull();
  });
});

it("refuses to append without a tenant", async () => {
  await expect(app`select audit_append('{}')`).rejects.toThrow(/no tenant is set/);
});
