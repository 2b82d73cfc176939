import { sql } from "drizzle-orm";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { auditEvent } from "@/db/stream/audit";
import { inTenant } from "@/db/tenant";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import type { AuditEntry } from "./actions";
import { appendAudit, auditBody } from "./append";
import { type AuditFilter, type Section, searchedEvents, splitWords } from "./filter";
import { indexAudit } from "./index-events";
import { tamper } from "./testing";

const testDatabase = useTestDatabase();

type Event = { seq: number; time: number; entry: AuditEntry; actor: string; request: string; body: string };
const day = 24 * 3600 * 1000;
const began = Date.parse("2026-03-01T00:00:00Z");
const names = ["Refund Müller", "expense-report 7731", "Zebra\ncrossing", "日本 office", "plain", "O'Neil \\ co", "feedface0123", "decade"];

/** Deterministic, so that a failure can be seen again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

let organizationId: string;
let actorIds: string[] = [];
const events: Event[] = [];

/** 9,500 events, more than what is looked through one by one; the clock that stamps them jumps, also across months. */
beforeAll(async () => {
  const made = await tenant();
  organizationId = made.organizationId;
  const actors = [await made.as("auditor"), await made.as("organization_admin"), made.agent, systemCtx("runs", organizationId)];
  actorIds = actors.map((ctx) => ctx.actor.id);
  const pick = random(7);
  const bodies: string[] = [];
  for (let seq = 1; seq <= 9_500; seq++) {
    const rare = pick(400) === 0;
    // Some are seldom and long ago only.
    const ctx = actors[seq < 3_000 && rare ? 3 : pick(3)] ?? made.agent;
    const time = began + seq * 600_000 + (pick(50) === 0 ? (pick(40) - 20) * day : pick(10_000));
    const entry: AuditEntry = {
      action: rare ? "keys.revoked" : pick(3) === 0 ? "actions.decided" : "approvals.decided",
      resource: { type: rare ? "api_key" : "action", id: `id-${pick(900)}`, name: names[pick(rare ? names.length : 5)] ?? "", workspaceId: pick(2) === 0 ? made.workspaceId : null },
      outcome: pick(90) === 0 ? "blocked" : "success",
      severity: pick(700) === 0 ? "critical" : "info",
    };
    const body = auditBody({ ...ctx, requestId: `req-${pick(3_000)}` }, entry, new Date(time));
    events.push({ seq, time, entry, actor: ctx.actor.id, request: JSON.parse(body).requestId, body });
    bodies.push(body);
  }
  await inTenant(database(), organizationId, (tx) => appendAudit(tx, bodies));
});

const separators = /[^\p{L}\p{N}]+/u;
const plain = (text: string) => ` ${text.replace(/\\(u[0-9a-f]{4}|.)/g, " ").replace(/[A-Z]/g, (letter) => letter.toLowerCase()).split(separators).filter(Boolean).join(" ")} `;
const plainBodies = new Map<number, string>();

function fits(event: Event, filter: AuditFilter): boolean {
  const any = (wanted: readonly string[] | undefined, value: string | null | undefined) => !wanted || wanted.includes(value ?? "");
  const text = plainBodies.get(event.seq) ?? plain(event.body);
  plainBodies.set(event.seq, text);
  const words = splitWords(filter.q ?? "").map((word) => {
    const phrase = plain(word);
    return /^ [^ ]{3,} $/.test(phrase) && !separators.test(word) ? phrase.trimEnd() : phrase;
  });
  return (
    any(filter.action, event.entry.action) && any(filter.actor, event.actor) && any(filter.resourceType, event.entry.resource.type) &&
    any(filter.resource === undefined ? undefined : [filter.resource], event.entry.resource.id) && any(filter.workspace, event.entry.resource.workspaceId) &&
    any(filter.outcome, event.entry.outcome) && any(filter.severity, event.entry.severity) && any(filter.request === undefined ? undefined : [filter.request], event.request) &&
    (!filter.from || event.time >= Date.parse(filter.from)) && (!filter.to || event.time < Date.parse(filter.to)) && words.every((word) => text.includes(word))
  );
}

const seqsOf = (filter: AuditFilter, section: Section) =>
  inTenant(database(), organizationId, async (tx) => {
    const rows = await tx.select({ seq: auditEvent.seq }).from(searchedEvents(filter, null, section));
    return rows.map(({ seq }) => seq);
  });

describe("search beside an index that lags", () => {
  let done = 0;
  const at = (days: number) => new Date(began + days * day).toISOString();
  const request = (place: number) => events[place]?.request ?? "";
  const values: { [Name in keyof AuditFilter]: readonly AuditFilter[Name][] } = {
    q: ["refund", "REF", "müller", "7731", "expense-report", '"report 7731"', '"7731 report"', "zebra crossing", "cross", "日本", "o'neil", "feedface", "feedface0123", "feedfac", "decade", "deca", "approvals.decided", "id-77", "decided plain", "nosuchword"],
    action: [["keys.revoked"], ["actions.decided"], ["keys.revoked", "runs.waiting"], ["runs.waiting"]],
    resourceType: [["api_key"], ["action"]],
    resource: ["id-1", "id-77", "id-899", "id-900"],
    outcome: [["blocked"]],
    severity: [["critical"]],
    from: [at(-5), at(1), at(20), at(61), at(90)],
    to: [at(-5), at(1), at(20), at(61), at(90)],
  };
  // Known once the events are made.
  const valuesNow = () => ({ ...values, actor: actorIds.map((id) => [id]), request: [100, 2_000, 7_000, 9_400].map(request) });
  const one = fc.tuple(fc.nat(9), fc.nat(1_000)).map(([which, value]): AuditFilter => {
    const [name, list] = Object.entries(valuesNow())[which] ?? [];
    return name && list ? { [name]: list[value % list.length] } : {};
  });
  const filters = fc.tuple(one, one).map(([first, second]): AuditFilter => ({ ...first, ...second }));
  const place = fc.integer({ min: 0, max: 9_600 }).map((n) => (events[n]?.seq ?? n) + 1);
  const sections = fc.record({
    olderThan: fc.option(place, { freq: 1 }),
    newerThan: fc.option(place, { freq: 1 }),
    oldestFirst: fc.boolean(),
    limit: fc.constantFrom(1, 7, 51, 700),
  });

  const holds = async (filter: AuditFilter, section: Section) => {
    const { olderThan, newerThan, oldestFirst, limit } = section;
    const all = events.filter((event) => (olderThan === null || event.seq < olderThan) && (newerThan === null || event.seq > newerThan) && fits(event, filter)).map(({ seq }) => seq);
    expect(await seqsOf(filter, section), JSON.stringify(filter)).toEqual((oldestFirst ? all : all.reverse()).slice(0, limit));
  };
  const holdsForAll = async () => {
    for (const [name, list] of Object.entries(valuesNow())) {
      for (const [place, value] of list.entries()) await holds({ [name]: value }, { olderThan: null, newerThan: null, oldestFirst: place % 2 === 1, limit: 700 });
    }
    await fc.assert(fc.asyncProperty(filters, sections, holds), { numRuns: 30 });
  };

  it.each([6_000, 8_200])("finds just what fits, in order, whatever part of the stream is indexed (%i events)", async (indexed) => {
    const [row] = await inTenant(database(), organizationId, (tx) => tx.execute<{ waiting: string }>(sql`select audit_index_more(${indexed - done}) as waiting`));
    done = indexed;
    expect(Number(row?.waiting)).toBe(events.length - indexed);
    await holdsForAll();
  }, 240_000);

  it("finds it across a million positions, where much is frequent in some and hardly anything in most", async () => {
    // What years would have put between the events, left out.
    const far = (seq: number) => (seq < 4_000 ? seq * 60 : seq < 8_000 ? 236_000 + seq : seq * 500 - 3_756_000);
    await tamper(testDatabase.current().adminUrl, async (admin) => {
      await admin`update audit_event set seq = -(case when seq < 4000 then seq * 60 when seq < 8000 then 236000 + seq else seq * 500 - 3756000 end) where organization_id = ${organizationId}`;
      await admin`update audit_event set seq = -seq where organization_id = ${organizationId}`;
      await admin`update audit_head set seq = ${far(events.length)} where organization_id = ${organizationId}`;
      await admin`truncate audit_index, audit_index_span, audit_index_head, audit_index_word, audit_index_frequent`;
    });
    for (const event of events) event.seq = far(event.seq);
    plainBodies.clear();
    await inTenant(database(), organizationId, async (tx) => {
      for (let waiting = 1; waiting > 0; ) waiting = Number((await tx.execute<{ waiting: string }>(sql`select audit_index_more(70000) as waiting`))[0]?.waiting);
    });
    await holdsForAll();
  }, 240_000);
});

describe("indexAudit", () => {
  it("takes up everything there is, and nothing twice when several are at it", async () => {
    const { organizationId: own } = await tenant();
    const clock = systemCtx("audit", own);
    await inTenant(database(), own, (tx) => appendAudit(tx, Array.from({ length: 2_500 }, () => auditBody(clock, { action: "audit.archived", resource: { type: "audit_archive", id: "x", name: "x" } }))));
    await Promise.all([indexAudit(clock), indexAudit(clock), indexAudit(clock)]);
    expect(await indexAudit(clock)).toEqual({ waiting: 0 });
    const counted: number[] = [];
    await tamper(testDatabase.current().adminUrl, async (admin) => {
      const [row] = await admin<{ count: number }[]>`select count(*)::int from audit_index where organization_id = ${own}`;
      counted.push(row?.count ?? 0);
    });
    expect(counted).toEqual([2_500]);
  });

  it("is the portal's own work: no person starts it", async () => {
    const { as } = await tenant();
    await expect(indexAudit(await as("super_admin"))).rejects.toMatchObject({ code: "forbidden" });
  });
});
