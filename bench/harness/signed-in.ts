import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import { superAdmin } from "../../e2e/every-page";
import { seedActivity } from "../../scripts/demo/activity";
import { seedAgents } from "../../scripts/demo/agents";
import { seedOrganization } from "../../scripts/demo/organization";

/** An organization with a morning's work, and the session of somebody who may see every page of it. */
export async function signedIn(sql: Sql, port: number): Promise<{ sessionId: string; cookie: string }> {
  // The cookie's name has the port of the address in it.
  process.env.APP_URL = `http://localhost:${port}`;
  const { sessionCookie, sessionToken } = await import("@/lib/auth/cookie");
  const { admin, people, places } = await seedOrganization();
  const agents = await seedAgents(admin, places, people);
  await seedActivity(agents);
  const { email } = await superAdmin(sql, { people });
  const sessionId = randomUUID();
  await sql`insert into session (id, organization_id, person_id, last_seen_at, expires_at)
            select ${sessionId}, organization_id, id, now(), now() + interval '1 hour' from person where email = ${email}`;
  return { sessionId, cookie: `${sessionCookie().name}=${await sessionToken(sessionId)}` };
}
