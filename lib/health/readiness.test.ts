import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { readiness } from "./readiness";

const server = createServer((_request, response) => {
  response.writeHead(engineIsUp ? 200 : 500).end("{}");
});
let engineIsUp = true;

useTestDatabase();
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.INNGEST_BASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

it("is ready with a database, and says which part is missing", async () => {
  expect(await readiness()).toEqual({ ready: true, parts: { database: "ok", jobs: "ok", sandbox: "unavailable" } });
  engineIsUp = false;
  expect((await readiness()).parts.jobs).toBe("unavailable");
});

it("is not ready without its database", async () => {
  const { sql } = database();
  await sql.end({ timeout: 1 });
  expect(await readiness()).toMatchObject({ ready: false, parts: { database: "unavailable" } });
});
