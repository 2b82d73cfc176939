import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { outbox } from "@/db/schema/message";
import { inTenant } from "@/db/tenant";
import { database } from "@/lib/database";
import { readiness } from "@/lib/health/readiness";
import { newId } from "@/lib/id";
import { startOutboxSweeper } from "@/lib/jobs/outbox";
import { subscribe } from "@/lib/live/subscribe";
import { failed } from "@/lib/result";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { FlakyProxy } from "@/lib/testing/flaky-proxy";
import { tenant } from "@/lib/testing/tenant";
import { caller } from "./testing";

const testDatabase = useTestDatabase();
let proxy: FlakyProxy;
const eventIds = new Set<string>();
const engine = createServer(async (incoming, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const events = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString("utf8")) as { id: string }[]) : [];
  for (const { id } of events) eventIds.add(id);
  response.setHeader("content-type", "application/json").end(JSON.stringify({ ids: events.map(({ id }) => id), status: 200 }));
});

beforeAll(async () => {
  const url = new URL(testDatabase.current().url);
  proxy = new FlakyProxy({ host: url.hostname, port: Number(url.port) });
  await proxy.be("open");
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
  Object.assign(process.env, {
    DATABASE_URL: url.href, DATABASE_CONNECT_TIMEOUT: "2", INNGEST_EVENT_KEY: "key",
    INNGEST_BASE_URL: `http://127.0.0.1:${(engine.address() as AddressInfo).port}`,
  });
});
afterEach(() => proxy.be("open"));
afterAll(async () => {
  await proxy.close();
  engine.close();
});

const run = { tool: "sandbox.python", arguments: { code: "print(1)" }, estimatedCostMicros: 1000 };

it.each(["refused", "closes", "silent"] as const)("says that the database is away (%s), and serves again by itself when it is back", async (mood) => {
  const made = await tenant();
  const agent = await caller(made);
  const key = newId();
  const submit = () => agent.post("/actions", { body: run, headers: { "idempotency-key": key } });
  let told = 0;
  const unsubscribe = await subscribe(made.organizationId, "approvals", () => (told += 1));

  await proxy.be(mood);
  // Many at once: more than the pool has connections.
  const answers = await Promise.all(Array.from({ length: 40 }, submit));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  expect(answers[0]?.json).toMatchObject({ type: "urn:countersign:problem:unavailable", detail: expect.stringContaining("database"), hint: expect.stringContaining("same idempotency key") });
  expect(answers[0]?.headers.get("retry-after")).toBe("5");
  await expect.poll(readiness, { timeout: 20_000 }).toMatchObject({ ready: false, parts: { database: "unavailable" } });
  const asPerson = await made.as("viewer").catch((error: unknown) => failed(error, "request"));
  expect(asPerson).toMatchObject({ ok: false, error: { code: "unavailable" } });

  await proxy.be("open");
  const before = told;
  // Somebody who repeats the request in the meantime gets one answer, decided once.
  await expect.poll(async () => (await submit()).status, { timeout: 20_000 }).toBeLessThan(300);
  const again = await submit();
  expect(again).toMatchObject({ status: 200, json: { status: "allowed" } });
  expect(await eventBodies(made.organizationId, "actions.decided")).toHaveLength(1);
  await expect.poll(readiness, { timeout: 20_000 }).toMatchObject({ ready: true });
  // Followers are told once the connection is listened on again, since they may have missed something.
  await expect.poll(() => told, { timeout: 20_000 }).toBeGreaterThan(before);
  unsubscribe();

  const stop = startOutboxSweeper(50);
  const unsent = () => inTenant(database(), made.organizationId, (tx) => tx.select({ eventId: outbox.eventId, sentAt: outbox.sentAt }).from(outbox));
  await expect.poll(async () => (await unsent()).every(({ eventId, sentAt }) => sentAt !== null && eventIds.has(eventId)), { timeout: 20_000 }).toBe(true);
  stop();
}, 90_000);
