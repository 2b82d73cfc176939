import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Sql } from "postgres";
import type { Demo } from "./demo";
import type { Person } from "./fixtures";
import { connectionWithDomain, directoryWithConflict, leaseInUse, lockOfTool, templateWithGrid } from "./identity-examples";

const app = fileURLToPath(new URL("../app", import.meta.url));

/** Every page that `app/` has, by its pattern, with an address at which this installation shows it in full. */
export type PageAddress = { pattern: string; address: string; signedIn: boolean };

/** What stands for `[…]` in a pattern. A page with a pattern that is not here fails whoever walks all pages. */
const examples: Record<string, (sql: Sql) => Promise<string | undefined>> = {
  "/agents/[id]": async (sql) => (await sql`select agent_id as id from action group by 1 order by count(*) desc limit 1`)[0]?.id,
  "/approvals/[id]": async (sql) => (await sql`select id from approval where status = 'pending' and action_id is not null and expires_at > now() limit 1`)[0]?.id,
  "/audit/[seq]": async () => "1",
  "/budgets/[id]": async (sql) => (await sql`select id from budget where archived_at is null limit 1`)[0]?.id,
  "/policies/leases/[id]": leaseInUse,
  "/policies/templates/[id]": templateWithGrid,
  "/runs/[id]": async (sql) => (await sql`select id from run order by created_at desc limit 1`)[0]?.id,
  "/settings/directory/[id]": directoryWithConflict,
  "/settings/locks/[id]": lockOfTool,
  "/settings/members/[id]": async (sql) => (await sql`select person_id as id from role_grant where revoked_at is null limit 1`)[0]?.id,
  "/settings/network/[id]": async (sql) => (await sql`select id from api_key where revoked_at is null limit 1`)[0]?.id,
  "/settings/sso/[id]": connectionWithDomain,
  "/first/[token]": async () => "no-such-token",
  "/invitation/[token]": openInvitation,
  "/confirm/[token]": (sql) => openLink(sql, "address"),
  "/reset/[token]": (sql) => openLink(sql, "reset"),
};

/** Pages that stand between two others, and lead back when nobody is on the way; second-factor.spec.ts looks at the first. */
const onTheWay = ["/sign-in/second", "/sso/finish", "/locked"];

/** Finds every page of the product, so that a new one is looked at without being named anywhere. */
export async function everyPage(sql: Sql): Promise<PageAddress[]> {
  const files = readdirSync(app, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("page.tsx"));
  const found = files.map((file) => {
    const parts = file.split("/").slice(0, -1);
    return { pattern: `/${parts.filter((part) => !part.startsWith("(")).join("/")}`, signedIn: parts[0] !== "(auth)" };
  });
  const pages = found.filter(({ pattern }) => !onTheWay.includes(pattern)).map(async (page) => ({ ...page, address: await filled(sql, page.pattern) }));
  return (await Promise.all(pages)).toSorted((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

async function filled(sql: Sql, pattern: string): Promise<string> {
  if (!pattern.includes("[")) return pattern;
  const stem = pattern.slice(0, pattern.indexOf("]") + 1);
  const value = await examples[stem]?.(sql);
  if (!value) throw new Error(`${pattern}: name in e2e/every-page.ts an address at which this page can be seen.`);
  return pattern.replace(/\[\w+\]/, value);
}

/** Somebody who may see every page, made for one test: with the password of the demo's organization admin. */
export async function superAdmin(sql: Sql, demo: Pick<Demo, "people">): Promise<Person> {
  const admin = demo.people.find((person) => person.role === "organization_admin");
  if (!admin) throw new Error("the demo has no organization admin");
  const email = `super-${randomBytes(4).toString("hex")}@meridian.example`;
  const id = randomUUID();
  await sql.begin(async (tx) => {
    await tx`insert into person (id, organization_id, email, name, password_hash, status)
             select ${id}, organization_id, ${email}, 'Sam Every', password_hash, 'active' from person where email = ${admin.email}`;
    await tx`insert into role_grant (id, organization_id, person_id, role, valid_from)
             select ${randomUUID()}, organization_id, id, 'super_admin', now() from person where id = ${id}`;
  });
  return { email, password: admin.password };
}

async function openLink(sql: Sql, kind: "address" | "reset"): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await sql`insert into email_link (id, organization_id, person_id, kind, email, token_hash, expires_at)
            select ${randomUUID()}, organization_id, id, ${kind}, email, ${createHash("sha256").update(token).digest()}, now() + interval '1 hour'
            from person where status = 'active' and password_hash is not null limit 1`;
  return token;
}

async function openInvitation(sql: Sql): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const person = randomUUID();
  await sql.begin(async (tx) => {
    await tx`insert into person (id, organization_id, email, name, status)
             select ${person}, id, ${`invited-${person.slice(-8)}@meridian.example`}, 'Ida Invited', 'invited' from organization limit 1`;
    await tx`insert into role_grant (id, organization_id, person_id, role, valid_from)
             select ${randomUUID()}, organization_id, id, 'viewer', now() from person where id = ${person}`;
    await tx`insert into invitation (id, organization_id, person_id, token_hash, expires_at)
             select ${randomUUID()}, organization_id, id, ${createHash("sha256").update(token).digest()}, now() + interval '1 day' from person where id = ${person}`;
  });
  return token;
}
