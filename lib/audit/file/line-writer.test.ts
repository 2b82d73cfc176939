import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inTenant } from "@/db/tenant";
import type { SystemName } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { appendAudit, auditBody } from "../append";
import { exportAudit } from "../export";
import { chainStart } from "../proof/chain";
import { type StoredEvent, streamEvents } from "../stream";
import { textOf, useAuditKey } from "../testing";
import { separator } from "./line-writer";

useTestDatabase();
useAuditKey();

/** What has ever been taken for something else in a file: signs, in and out of place, that quote, end, begin, hide or turn text. */
const signs = ["=", "+", "-", "@", "＝", "＋", "－", "＠", '"', "'", ",", ";", "|", "\t", "\r", "\n", "\r\n", " ", "\u00A0", "\u3000", "\uFEFF", "\u0000", "\u0007", "\u001B[2J",
  separator, "\u007F", "\u0085", "\u009F", "\u2028", "\u2029", "\u202E", "\u2066", "\u200B", "\\", "\\N", "\\.", "{", "}", "\uD800", "\uDC00", "😀", "é", "日本", "a", "Z9_.:-", "cmd|' /C calc'!A0"];
const hostile = fc.oneof(fc.constantFrom(...signs), fc.array(fc.constantFrom(...signs), { maxLength: 6 }).map((parts) => parts.join("")), fc.string({ unit: "binary", maxLength: 12 }));

/** A cell by the words of the format's description, sign by sign: no formula, one line, quotes around anything unusual. */
function cellOf(text: string): string {
  let line = "";
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    line += code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029 ? " " : sign;
  }
  if ("=+-@＝＋－＠".split("").some((sign) => line.trimStart().startsWith(sign))) line = `'${line}`;
  return [...line].every((sign) => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-".includes(sign)) ? line : `"${line.split('"').join('""')}"`;
}

function linesOf(format: "csv" | "jsonl", events: readonly StoredEvent[], start: string): string {
  let prev = start;
  let text = "";
  for (const { seq, body, leafHash, chainHash } of events) {
    const [leaf, chain] = [leafHash.toString("hex"), chainHash.toString("hex")];
    const { time, actor, action, resource, outcome, severity, requestId } = JSON.parse(body);
    const shown = [time, actor.kind, actor.name, actor.id, action, resource.type, resource.name, resource.id, resource.workspace ?? "", outcome, severity, actor.ip ?? "", requestId];
    text +=
      format === "jsonl"
        ? `{"n":${seq},"seq":${seq},"prev":"${prev}","leaf":"${leaf}","chain":"${chain}","body":${body}}\n`
        : `${[seq, seq, ...shown.map(cellOf), `"${body.split('"').join('""')}"`, prev, leaf, chain].join(",")}\r\n`;
    prev = chain;
  }
  return text;
}

const happened = fc.record({
  by: fc.record({ id: hostile, name: hostile }),
  resource: fc.record({ type: hostile, id: hostile, name: hostile }),
  details: fc.record({ hostile }),
  ip: fc.option(hostile),
  requestId: hostile,
  time: fc.date({ min: new Date("1990-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
});

describe("LineWriter", () => {
  it.each(["csv", "jsonl"] as const)("writes of an export as %s what its format says, whatever stands in the events", async (format) => {
    const { as, organizationId } = await tenant();
    const auditor = await as("auditor");
    const bodies = fc.sample(happened, { numRuns: 1_500, seed: 2026 }).map(({ by, ip, requestId, time, ...entry }) =>
      auditBody({ ...auditor, ip, requestId }, { action: "workspaces.created", by: { kind: "system", id: by.id as SystemName, name: by.name }, ...entry }, time),
    );
    await inTenant(database(), organizationId, (tx) => appendAudit(tx, bodies));
    const text = await textOf((await exportAudit(auditor, { filter: {}, format })).chunks);
    const events: StoredEvent[] = [];
    for await (const page of streamEvents(systemCtx("audit", organizationId), 0, bodies.length)) events.push(...page);
    const begin = text.indexOf("\n") + 1;
    const lines = linesOf(format, events, chainStart(organizationId).toString("hex"));
    // Not by 'toBe', which takes minutes to tell two long texts apart.
    expect(firstDifference(text.slice(begin, begin + lines.length), lines)).toBe("none");
    expect(text.slice(begin + lines.length)).toMatch(format === "csv" ? /^manifest,[^\n]*\r\n$/ : /^\{"manifest":[^\n]*\}\n$/);
  });
});

function firstDifference(one: string, other: string): string {
  if (one === other) return "none";
  let at = 0;
  while (one[at] === other[at]) at++;
  return `${JSON.stringify(one.slice(at - 60, at + 60))} instead of ${JSON.stringify(other.slice(at - 60, at + 60))}`;
}
