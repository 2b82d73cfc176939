import { describe, expect, it } from "vitest";
import { relativeTime, utcTime } from "./time-format";

const now = Date.parse("2026-03-15T12:00:00Z");
const at = (text: string) => relativeTime(Date.parse(text), now);

describe("relativeTime", () => {
  it("uses one unit, rounded down", () => {
    expect(at("2026-03-15T11:59:58Z")).toBe("just now");
    expect(at("2026-03-15T11:59:18Z")).toBe("42 s ago");
    expect(at("2026-03-15T11:00:01Z")).toBe("59 min ago");
    expect(at("2026-03-14T12:00:01Z")).toBe("23 h ago");
    expect(at("2026-03-13T11:00:00Z")).toBe("2 d ago");
  });

  it("looks ahead as well as back", () => {
    expect(at("2026-03-15T12:30:00Z")).toBe("in 30 min");
    expect(at("2026-03-20T12:00:00Z")).toBe("in 5 d");
  });

  it("becomes a date beyond 30 days, with the year when it is another", () => {
    expect(at("2026-01-02T00:00:00Z")).toBe("2 Jan");
    expect(at("2025-12-31T23:59:59Z")).toBe("31 Dec 2025");
  });
});

describe("utcTime", () => {
  it("gives the exact second and its zone", () => {
    expect(utcTime(now)).toBe("2026-03-15 12:00:00 UTC");
  });
});
