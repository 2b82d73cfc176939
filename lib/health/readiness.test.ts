import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { database } from "@/lib/database";
import { beginDraining } from "@/lib/shutdown/draining";
import { useTestDatabase } from "@/lib/testing/database";
import { readiness } from "./readiness";

let engineAnswers = 200;
let engineClockMs = 0;
const engine = createServer((_request, response) => void response.writeHead(engineAnswers, { date: new Date(Date.now() + engineClockMs).toUTCString() }).end("{}"));

const testDatabase = useTestDatabase();
beforeAll(async () => {
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
  process.env.INNGEST_BASE_URL = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
});
afterAll(() => void engine.close());

/** Parts are asked once a second at most, so what changed is seen a moment later. */
const settled = (expected: object) => expect.poll(readiness, { timeout: 15_000 }).toMatchObject(expected);

it("is ready with a database, and tells which part is missing that it can serve without", async () => {
  await settled({ ready: true, draining: false, parts: { database: "ok", jobs: "ok", sandbox: "unavailable" } });
  engineAnswers = 500;
  await settled({ ready: true, parts: { jobs: "unavailable" } });
  engineAnswers = 200;
});

it.each([-3_600_000, 3_600_000])("tells of a job engine whose clock is %i ms away, since neither would believe the other", async (gapMs) => {
  engineClockMs = gapMs;
  await settled({ ready: true, parts: { jobs: "wrong_clock" } });
  engineClockMs = 0;
  await settled({ ready: true, parts: { jobs: "ok" } });
});

it("is not ready on a schema older than itself, and is on a newer one", async () => {
  const admin = postgres(testDatabase.current().adminUrl, { max: 1 });
  try {
    await admin`update migrations.migration set created_at = created_at - 1000`;
    await settled({ ready: false, parts: { database: "not_migrated" } });
    await admin`update migrations.migration set created_at = created_at + 3000`;
    await settled({ ready: true, parts: { database: "ok" } });
  } finally {
    await admin.end();
  }
});

it("is not ready without its database", async () => {
  await database().sql.end({ timeout: 1 });
  await settled({ ready: false, parts: { database: "unavailable" } });
});

it("is not ready once it is ending", async () => {
  beginDraining();
  expect(await readiness()).toMatchObject({ ready: false, draining: true });
});
