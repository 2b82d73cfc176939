import postgres from "postgres";
import { expect, test } from "vitest";

test("every worker finds a PostgreSQL to make databases in", async () => {
  const sql = postgres(process.env.TEST_DATABASE_URL ?? "", { max: 1 });
  const [row] = await sql`SELECT rolsuper, current_setting('server_encoding') AS encoding FROM pg_roles WHERE rolname = current_user`;
  await sql.end();
  expect(row).toEqual({ rolsuper: true, encoding: "UTF8" });
});
