import { sql } from "drizzle-orm";
import { z } from "zod";
import { organization } from "@/db/schema/organization";
import { person, roleGrant } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { AuditEntry } from "@/lib/audit/actions";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { timeZoneSchema } from "@/lib/organizations/time-zone";
import { emailSchema } from "@/lib/people/email";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { slugOf } from "@/lib/workspaces/slug";
import { countGuess } from "./guesses";
import { hashPassword } from "./password";
import { newPasswordSchema, requireGoodPassword } from "./password-policy";
import { hashToken, tokenSchema } from "./token";

export const CreateFirstAdminInput = z.strictObject({
  token: tokenSchema,
  /** Needed when the link has no organization yet. */
  organizationName: cleanText({ max: 80 }).optional(),
  timeZone: timeZoneSchema.optional(),
  name: cleanText({ max: 80 }),
  email: emailSchema,
  password: newPasswordSchema,
});
export type CreateFirstAdminInput = z.infer<typeof CreateFirstAdminInput>;

export type BootstrapLink = { organization: { id: string; name: string } | null };

/**
 * What an open bootstrap link leads to; null when it was used, replaced, is too old or never was.
 * @throws AppError `rate_limited` for too many links that never were.
 */
export async function loadBootstrapLink(token: string, ip: string | null): Promise<BootstrapLink | null> {
  const [link] = tokenSchema.safeParse(token).success
    ? await database().sql<{ organizationId: string | null; open: boolean }[]>`select organization_id as "organizationId", open from gate_bootstrap(${hashToken(token)})`
    : [];
  if (!link) await countGuess("link", ip);
  if (!link?.open) return null;
  const id = link.organizationId;
  if (!id) return { organization: null };
  const rows = await inTenant(database(), id, (tx) => tx.select({ id: organization.id, name: organization.name }).from(organization));
  return { organization: rows[0] ?? null };
}

/**
 * Makes the first administrator, and the organization where the link has none. The link works once, for one of however
 * many come at the same moment.
 * @throws AppError `gone` for a used link; `conflict` for an address that is taken; `invalid_input` for a weak password.
 */
export async function createFirstAdmin(info: RequestInfo, input: CreateFirstAdminInput): Promise<{ email: string }> {
  const link = await loadBootstrapLink(input.token, info.ip);
  if (!link) throw gone();
  const name = link.organization?.name ?? input.organizationName;
  if (!name) throw new AppError("invalid_input", "The organization needs a name.", { fields: { organizationName: "must not be empty" } });
  requireGoodPassword(input.password, [input.name, input.email, name]);
  const passwordHash = await hashPassword(input.password);

  const organizationId = link.organization?.id ?? newId();
  const personId = newId();
  const ctx = systemCtx("bootstrap", organizationId, info);
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "users", "update_role", { workspaceId: null });
    const [used] = await tx.execute<{ won: boolean }>(sql`select gate_use_bootstrap(${hashToken(input.token)}) as won`);
    if (!used?.won) throw gone();
    const made = link.organization ? [] : [await insertOrganization(tx, organizationId, name, input.timeZone)];
    const { email } = input;
    const [row] = await tx
      .insert(person)
      .values({ id: personId, organizationId, email, name: input.name, passwordHash, status: "active" })
      .onConflictDoNothing()
      .returning({ id: person.id });
    if (!row) throw conflict("Somebody here has this address already.", "Sign in with it, or take another address.");
    await tx.insert(roleGrant).values({ id: newId(), organizationId, personId, role: "super_admin", validFrom: new Date() });
    const resource = { type: "person", id: personId, name: email };
    const audit: AuditEntry[] = [
      ...made,
      { action: "people.activated", resource, details: { by: "bootstrap link" } },
      { action: "people.role_granted", resource, details: { before: [], after: ["super_admin"] } },
    ];
    return { value: { email }, audit };
  });
}

async function insertOrganization(tx: Tx, id: string, name: string, timeZone?: string): Promise<AuditEntry> {
  const [row] = await tx
    .insert(organization)
    .values({ id, name, slug: slugOf(name), ...(timeZone ? { timeZone } : {}) })
    .onConflictDoNothing()
    .returning({ id: organization.id });
  if (!row) throw conflict(`There is already an organization called ${name}.`, "Choose another name.");
  return { action: "organization.created", resource: { type: "organization", id, name } };
}

function gone(): AppError {
  return new AppError("gone", "This link was used or replaced, or is too old.", { hint: "If you made the account, sign in. If not, start the portal again: it prints a new link." });
}
