import { describe, expect, it } from "vitest";
import { auditActions } from "@/lib/audit/actions";
import type { AuditBody } from "@/lib/audit/file/body";
import { concerns, isStoryAction } from "./story-events";
import { sentenceText } from "./testing";
import { wordsOf } from "./words";

/** What is about people, places and the portal itself, and is not told of an agent. */
const ofOthers = [
  /^(audit|chat|directory|organization|people|projects|security|sessions|sso|templates|views|workspaces)\./,
  /^access\.read$/,
  // Somebody's absence, a raise of a window that all beneath it share, documents above the single agent, and rules of places.
  /^approvals\.delegat/, /^budgets\.raised$/, /^policies\.published$/, /^network\.(changed|reset)$/,
];

const told = { agentId: "a-1", askedAt: new Date("2026-03-01T12:00:00Z"), waits: false };

function event(action: string, details: AuditBody["details"] = {}, more: Partial<AuditBody> = {}): AuditBody {
  return {
    v: 1, id: "e-1", organization: "o-1", time: "2026-03-01T12:04:10Z", actor: { kind: "person", id: "p-1", name: "Dana", ip: null, userAgent: null },
    action, resource: { type: "action", id: "x-1", name: "mail.send execute", workspace: null }, details, outcome: "success", severity: "info", requestId: "r-1", ...more,
  };
}

const words = (action: string, details?: AuditBody["details"], more?: Partial<AuditBody>, changes = {}) =>
  sentenceText(wordsOf(event(action, details, more), { ...told, ...changes }) ?? ["nothing"]);

describe("the words of an agent's story", () => {
  it("has a sentence for every event that can concern an agent, and names the rest", () => {
    for (const action of Object.keys(auditActions)) {
      const other = ofOthers.some((pattern) => pattern.test(action));
      expect([action, isStoryAction(action)]).toEqual([action, !other]);
      // Of an event without details, as an older version of the portal may have written it, too.
      if (!other) expect(words(action), action).toMatch(/\S/);
      expect(words(action), action).not.toMatch(/undefined|NaN|null|\[object/);
    }
  });

  it("says it as people say it", () => {
    const mail = { tool: "mail.send", operation: "execute", resource: "", risk: "HIGH" };
    expect(words("actions.decided", { ...mail, decision: "needs_approval" }, {}, { waits: true })).toBe("Asked to send mail (HIGH) and waits for a person");
    expect(words("actions.decided", { ...mail, decision: "deny", message: "Mail is blocked." })).toBe("Asked to send mail (HIGH) and was refused: ‹Mail is blocked.›");
    expect(words("approvals.decided", { decision: "approved", reason: "" })).toBe("‹Dana› approved it after 4 minutes");
    expect(words("approvals.decided", { decision: "rejected", reason: "Not today" })).toBe("‹Dana› said no after 4 minutes: ‹Not today›");
    const run = { type: "run", id: "r-1", name: "sandbox.python", workspace: null };
    expect(words("runs.finished", { status: "succeeded", wallTimeMs: 3100, costMicros: 10_000 }, { resource: run })).toBe("Ran a Python program for 3 seconds, which cost $0.01");
    expect(words("locks.placed", { message: "It sent mail to everybody", reason: "secret" })).toBe("Was stopped by ‹Dana›: “‹It sent mail to everybody›”");
  });

  it("does not say plainly what is not so: a tool is called by its name when it is asked for another operation", () => {
    expect(words("actions.decided", { tool: "mail.send", operation: "delete", risk: "LOW", decision: "allow" })).toBe("Asked to use ‹mail.send› (‹delete›) (LOW); its policy lets it");
    expect(words("actions.decided", { tool: "mail.send\u202e", operation: "execute", risk: "LOW", decision: "allow" })).toContain("use ‹mail.send\u202e›");
  });

  it("keeps what others wrote apart from what it says, and short", () => {
    const said = "approved it after 1 minute ".repeat(100);
    const sentence = wordsOf(event("approvals.narrowing_declined", { reason: said }), told) ?? [];
    expect(sentence[0]).toBe("Declined the smaller offer: ");
    expect(sentence[1]).toEqual({ said: `${said.slice(0, 300)}…` });
  });

  it("leaves the reason of a lock, which is for those who may lift it, out", () => {
    for (const action of ["locks.placed", "locks.lifted"]) expect(words(action, { message: "m", reason: "secret" })).not.toContain("secret");
  });

  it("is about an agent that an event names as its subject, and not about one whose id somebody wrote into it", () => {
    expect(concerns(event("leases.issued", { agentId: "a-1" }), "a-1")).toBe(true);
    expect(concerns(event("leases.issued", { agentId: "a-2", reason: "a-1" }), "a-1")).toBe(false);
  });
});
