import { describe, expect, it } from "vitest";
import { compactFilter } from "@/lib/audit/filter";
import { readAuditUrl } from "./filter-url";

describe("readAuditUrl", () => {
  it("reads every filter that the page writes", () => {
    const id = "0190a0a0-0000-7000-8000-000000000001";
    const params = { q: "refund", action: "approvals.decided,keys.created", actor: "p1", type: "run", workspace: id, outcome: "blocked", severity: "critical,warning", resource: "r1", ip: "2001:db8::1", request: "q1", from: "2026-03-01", to: "2026-03-02", after: "12", size: "100" };
    expect(readAuditUrl(params)).toEqual({
      filter: {
        q: "refund", action: ["approvals.decided", "keys.created"], actor: ["p1"], resourceType: ["run"], workspace: [id], outcome: ["blocked"], severity: ["warning", "critical"],
        resource: "r1", ip: "2001:db8::1", request: "q1", from: "2026-03-01", to: "2026-03-02",
      },
      after: "12",
      before: null,
      size: 100,
    });
  });

  it("counts what no event can have as absent", () => {
    const { filter, after, before } = readAuditUrl({ workspace: "x", outcome: "maybe", severity: "loud", after: "-1", before: "abc", from: "yesterday" });
    expect(compactFilter(filter)).toEqual({});
    expect([after, before]).toEqual([null, null]);
  });
});
