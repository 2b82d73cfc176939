import { afterAll, beforeAll } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing";
import { closeDatabase } from "@/lib/database";
import { forgetEnv } from "@/lib/env";
import { forgetListening } from "@/lib/live/subscribe";

/** Gives the test file a database of its own; `current()` is valid inside tests and hooks. */
export function useTestDatabase(): { current: () => TestDatabase } {
  let made: TestDatabase | undefined;
  beforeAll(async () => {
    const server = process.env.TEST_DATABASE_URL;
    if (!server) throw new Error("TEST_DATABASE_URL is not set: run the tests with 'npm test' or 'npm run test:unit'");
    made = await createTestDatabase(server);
    // What another file of this process has left going may have opened the pool of its own database once more.
    await closeDatabase();
    forgetListening();
    forgetEnv();
    process.env.DATABASE_URL = made.url;
    process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";
  });
  afterAll(async () => {
    await closeDatabase();
    forgetListening();
    await made?.drop();
  });
  return {
    current: () => {
      if (!made) throw new Error("the test database is made in beforeAll");
      return made;
    },
  };
}
