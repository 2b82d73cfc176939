import { and, eq, isNull } from "drizzle-orm";
import { ssoConnection } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { JobEvent } from "@/lib/jobs/events";
import { type CertificateView, viewOf } from "./certificate";
import { tellAdmins } from "./tell-admins";

const dayMs = 86_400_000;

/** So many days before a certificate ends its admins are told, once each; 0: it has ended. */
const thresholds = [0, 1, 7, 30];

/** Tells the admins of certificates that end soon. For use inside a verb, which has asked `authorize`. */
export async function warnOfCertificates(tx: Tx, organizationId: string, now: Date = new Date()): Promise<JobEvent[]> {
  const connections = await tx
    .select({ id: ssoConnection.id, name: ssoConnection.name, certificates: ssoConnection.certificates })
    .from(ssoConnection)
    .where(and(eq(ssoConnection.kind, "saml"), isNull(ssoConnection.removedAt)));
  const sent: JobEvent[] = [];
  for (const { id, name, certificates } of connections) {
    const views = (certificates ?? []).map(viewOf);
    for (const view of views) {
      const days = (view.expiresAt.getTime() - now.getTime()) / dayMs;
      const threshold = thresholds.find((each) => days <= each);
      if (threshold === undefined) continue;
      const dedupeKey = `sso-certificate:${id}:${view.fingerprint}:${threshold}`;
      sent.push(...(await tellAdmins(tx, organizationId, { dedupeKey, title: titleOf(name, threshold), body: bodyOf(view, views, now), href: `/settings/sso/${id}` })));
    }
  }
  return sent;
}

function titleOf(name: string, threshold: number): string {
  if (threshold === 0) return `A certificate of ${name} has expired`;
  return `A certificate of ${name} expires within ${threshold === 1 ? "a day" : `${threshold} days`}`;
}

function bodyOf({ subject, expiresAt, fingerprint }: CertificateView, all: readonly CertificateView[], now: Date): string {
  const until = `${subject} (SHA-256 ${fingerprint.slice(0, 16)}…) is good until ${expiresAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`;
  const hasNext = all.some((other) => other.expiresAt > expiresAt && other.expiresAt > now);
  return hasNext
    ? `${until} A later one is here already: make sure that the identity provider signs with it, then remove this one.`
    : `${until} Have the identity provider make a new one, and add it here beside this one before it signs with it: otherwise nobody signs in any more.`;
}
