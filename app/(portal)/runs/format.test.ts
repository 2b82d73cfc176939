import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration } from "./format";

describe("sizes and times for people", () => {
  it.each([[0, "0 B"], [1023, "1023 B"], [1024, "1 KiB"], [1536, "1.5 KiB"], [512 * 1024 * 1024, "512 MiB"], [1024 ** 5, "1024 TiB"]])("writes %i bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
  it.each([[0, "0 ms"], [420, "420 ms"], [4230, "4.2 s"], [60_000, "1 min"], [185_000, "3 min 5 s"]])("writes %i ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
