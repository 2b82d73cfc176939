import { randomBytes, randomUUID } from "node:crypto";
import { ownerDatabase } from "./database";
import type { Demo } from "./demo";
import type { Person } from "./fixtures";

/** An organization for one test alone, with an admin whose address is proven and a critical request that waits. */
export async function ownOrganization(demo: Demo) {
  const known = demo.people[0];
  if (!known) throw new Error("the demo has nobody");
  const [organization, workspace, id, approval] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const tag = randomBytes(4).toString("hex");
  const admin: Person = { email: `ada-${tag}@own.example`, password: known.password };
  const sql = ownerDatabase();
  await sql.begin(async (tx) => {
    await tx`insert into organization (id, name, slug) values (${organization}, ${`Own ${tag}`}, ${`own-${tag}`})`;
    await tx`insert into workspace (id, organization_id, name, slug) values (${workspace}, ${organization}, 'Finance', 'finance')`;
    await tx`insert into person (id, organization_id, email, name, email_verified_at, password_hash, status)
             select ${id}, ${organization}, ${admin.email}, 'Ada Own', now(), password_hash, 'active' from person where email = ${known.email}`;
    await tx`insert into role_grant (id, organization_id, person_id, role, valid_from) values (${randomUUID()}, ${organization}, ${id}, 'organization_admin', now())`;
    await tx`insert into approval (id, organization_id, workspace_id, kind, status, digest, risk, amount_micros, why, reason, policy_version, expires_at)
             values (${approval}, ${organization}, ${workspace}, 'action', 'pending', ${randomBytes(32)}, 'CRITICAL', 0, 'It cannot be undone.', 'Pay the supplier', 1, now() + interval '1 hour')`;
  });
  /** The last mail to an address whose subject begins so, once it is there. */
  async function mailTo(email: string, subject: string): Promise<string> {
    for (;;) {
      const [row] = await sql<{ text: string }[]>`select text from mail where recipient = ${email} and subject like ${`${subject}%`} order by id desc limit 1`;
      if (row) return row.text;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  const statusOfRequest = async () => (await sql<{ status: string }[]>`select status from approval where id = ${approval}`)[0]?.status;
  return { admin, approval, mailTo, statusOfRequest, end: () => sql.end() };
}
