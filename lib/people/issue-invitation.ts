import { and, eq, isNull, sql } from "drizzle-orm";
import { organization } from "@/db/schema/organization";
import { invitation } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { newToken } from "@/lib/auth/token";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { invitationDays } from "./invitation";

/** Makes a fresh link in the name of `by`, which replaces earlier ones, and queues its mail. Only the mail has the link: nobody else may use it. */
export async function issueInvitation(
  tx: Tx,
  organizationId: string,
  by: { id: string; email: string; name: string },
  to: { id: string; email: string; name: string },
): Promise<{ invitationId: string; send: JobEvent[] }> {
  await withdrawInvitations(tx, to.id);
  const { token, hash } = newToken();
  const invitationId = newId();
  const expiresAt = new Date(Date.now() + invitationDays * 86_400_000);
  await tx.insert(invitation).values({ id: invitationId, organizationId, personId: to.id, tokenHash: hash, invitedBy: by.id, expiresAt });
  const [row] = await tx.select({ name: organization.name }).from(organization);
  const name = row?.name ?? "an organization";
  const send = await queueMail(tx, organizationId, {
    dedupeKey: `invitation:${invitationId}`,
    to: to.email,
    subject: `${by.name} invites you to ${name}`,
    text: [
      `Hello ${to.name},`,
      `${by.name} (${by.email}) invites you to ${name} on Countersign, where people govern AI agents.`,
      `Open this link to choose a password and come in. It works once, until ${expiresAt.toISOString().slice(0, 10)}:`,
      new URL(`/invitation/${token}`, env().APP_URL).href,
      "The link is for you alone: whoever opens it comes in as you. If you did not expect it, do nothing.",
    ].join("\n\n"),
  });
  return { invitationId, send };
}

/** Ends the person's open invitations; how many there were. */
export async function withdrawInvitations(tx: Tx, personId: string): Promise<number> {
  const ended = await tx
    .update(invitation)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(invitation.personId, personId), isNull(invitation.acceptedAt), isNull(invitation.revokedAt)))
    .returning({ id: invitation.id });
  return ended.length;
}
