import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startOutboxSweeper } from "./jobs/outbox";
import { log } from "./log";
import { partIsAway, partIsBack } from "./outage";
import { FlakyProxy } from "./testing/flaky-proxy";
import { useTestDatabase } from "./testing/database";

const test = useTestDatabase();
let proxy: FlakyProxy;
let told: string[] = [];

beforeEach(async () => {
  told = [];
  vi.spyOn(log, "error").mockImplementation((_details: unknown, words?: string) => void told.push(words ?? ""));
  vi.spyOn(log, "warn").mockImplementation((_details: unknown, words?: string) => void told.push(words ?? ""));
  vi.spyOn(log, "info").mockImplementation((details: unknown, words?: string) => void told.push(`${words} ${Object.keys(details as object).join(" ")}`));
  const url = new URL(test.current().url);
  proxy = new FlakyProxy({ host: url.hostname, port: Number(url.port || 5432) });
  await proxy.be("open");
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  process.env.DATABASE_URL = url.href;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await proxy.close();
});

it("a database that goes away and comes back is told once each, however often it was missed", async () => {
  const stop = startOutboxSweeper(5);
  try {
    for (const mood of ["refused", "closes"] as const) {
      told = [];
      await proxy.be(mood);
      await expect.poll(() => told, { timeout: 60_000 }).toEqual(["the database is away"]);
      // Missed again and again, also by others.
      for (let i = 0; i < 50; i++) partIsAway("database", new Error("away"));
      await proxy.be("open");
      await expect.poll(() => told, { timeout: 60_000 }).toEqual(["the database is away", "the database is back awaySeconds errors"]);
    }
  } finally {
    stop();
  }
});

it("parts are told apart, and one that was never away is not back", () => {
  partIsBack("job engine");
  partIsAway("job engine", new Error("refused"));
  partIsAway("job engine", new Error("refused"));
  partIsBack("job engine");
  partIsBack("job engine");
  expect(told).toEqual(["the job engine takes no events; they wait in the outbox", "the job engine takes events again awaySeconds errors"]);
});
