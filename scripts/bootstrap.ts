import { and, eq, isNull } from "drizzle-orm";
import postgres from "postgres";
import { z } from "zod";
import { connect, searchPath } from "@/db/client";
import { person, roleGrant } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { newToken } from "@/lib/auth/token";
import { newId } from "@/lib/id";

/**
 * Prints `{"link": "…"}`, the one-time link with which the first administrator comes in, as the last line; `{"link": null}`
 * when there is a super admin already. An earlier link that nobody used stops working. Where there is exactly one
 * organization the administrator joins it; otherwise the link's page makes one.
 */
const Env = z.object({ DATABASE_ADMIN_URL: z.url(), DATABASE_URL: z.url(), APP_URL: z.url() });
const validHours = 72;

const { DATABASE_ADMIN_URL, DATABASE_URL, APP_URL } = Env.parse(process.env);

const sql = postgres(DATABASE_ADMIN_URL, { max: 1, onnotice: () => {}, connection: { search_path: searchPath } });
const app = connect(DATABASE_URL, { max: 1 });
try {
  console.log(JSON.stringify({ link: await sql.begin(makeLink) }));
} finally {
  await Promise.all([sql.end({ timeout: 5 }), app.sql.end({ timeout: 5 })]);
}

async function makeLink(tx: postgres.TransactionSql): Promise<string | null> {
  await tx`select pg_advisory_xact_lock(hashtext('bootstrap_link'))`;
  if (await hasSuperAdmin()) return null;
  const [only, ...others] = await app.sql<{ id: string }[]>`select gate_organizations() as id`;
  const organizationId = others.length === 0 ? (only?.id ?? null) : null;
  const { token, hash } = newToken();
  await tx`update bootstrap_link set expires_at = now() where used_at is null and expires_at > now()`;
  await tx`
    insert into bootstrap_link (id, token_hash, organization_id, expires_at)
    values (${newId()}, ${hash}, ${organizationId}, now() + make_interval(hours => ${validHours}))`;
  return new URL(`/first/${token}`, APP_URL).href;
}

/** Row-level security binds the owner of the tables too, so the application's role asks each organization by itself. */
async function hasSuperAdmin(): Promise<boolean> {
  const organizations = await app.sql<{ id: string }[]>`select gate_organizations() as id`;
  for (const { id } of organizations) {
    const found = await inTenant(app, id, (tx) =>
      tx
        .select({ id: person.id })
        .from(person)
        .innerJoin(roleGrant, eq(roleGrant.personId, person.id))
        .where(and(eq(roleGrant.role, "super_admin"), isNull(roleGrant.revokedAt), eq(person.status, "active")))
        .limit(1),
    );
    if (found.length > 0) return true;
  }
  return false;
}
