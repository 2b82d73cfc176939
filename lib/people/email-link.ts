import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { emailLink } from "@/db/schema/email-link";
import { organization } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { countGuess } from "@/lib/auth/guesses";
import { hashToken, newToken, tokenSchema } from "@/lib/auth/token";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";

export const linkMinutes = 30;

type Kind = (typeof emailLink.$inferSelect)["kind"];
type Found = { organizationId: string; id: string };
export type OpenLink = Found & { email: string; person: { id: string; name: string; email: string }; organization: string };

/** Makes a fresh link, which replaces earlier ones of its kind; its token is for the mail alone. */
export async function issueLink(tx: Tx, organizationId: string, link: { personId: string; kind: Kind; email: string }): Promise<{ id: string; token: string }> {
  await withdrawLinks(tx, link.personId, link.kind);
  const { token, hash } = newToken();
  const id = newId();
  await tx.insert(emailLink).values({ id, organizationId, ...link, tokenHash: hash, expiresAt: sql`now() + ${`${linkMinutes} minutes`}::interval` });
  return { id, token };
}

/** Ends the person's links that nobody used yet, of one kind or all. */
export async function withdrawLinks(tx: Tx, personId: string, kind?: Kind): Promise<void> {
  await tx
    .update(emailLink)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(emailLink.personId, personId), isNull(emailLink.usedAt), isNull(emailLink.revokedAt), kind ? eq(emailLink.kind, kind) : undefined));
}

/**
 * What an open link leads to, for who has it; null where it was used, replaced, is too old, of another kind, or never was.
 * What never was counts as a guess of its sender.
 * @throws AppError `rate_limited` for too many guesses.
 */
export async function loadLink(kind: Kind, token: string, ip: string | null): Promise<OpenLink | null> {
  const [found] = tokenSchema.safeParse(token).success
    ? await database().sql<Found[]>`select organization_id as "organizationId", email_link_id as id from gate_email_link(${hashToken(token)})`
    : [];
  if (!found) await countGuess("link", ip);
  if (!found) return null;
  return inTenant(database(), found.organizationId, async (tx) => {
    const [row] = await tx
      .select({
        email: emailLink.email,
        person: { id: person.id, name: person.name, email: person.email },
        organization: organization.name,
      })
      .from(emailLink)
      .innerJoin(person, eq(person.id, emailLink.personId))
      .innerJoin(organization, eq(organization.id, emailLink.organizationId))
      .where(and(eq(emailLink.id, found.id), eq(emailLink.kind, kind), stillOpen(), eq(person.status, "active")));
    return row ? { ...found, ...row } : null;
  });
}

/**
 * Uses the link: for one of however many come at the same moment.
 * @throws AppError `gone`.
 */
export async function takeLink(tx: Tx, id: string): Promise<void> {
  const used = await tx.update(emailLink).set({ usedAt: sql`now()` }).where(and(eq(emailLink.id, id), stillOpen())).returning({ id: emailLink.id });
  if (used.length === 0) throw linkGone();
}

export function linkGone(): AppError {
  return new AppError("gone", "This link was used or replaced, or is too old.", { hint: `Ask for a new one; each works once, for ${linkMinutes} minutes.` });
}

function stillOpen() {
  return and(isNull(emailLink.usedAt), isNull(emailLink.revokedAt), gt(emailLink.expiresAt, sql`now()`));
}
