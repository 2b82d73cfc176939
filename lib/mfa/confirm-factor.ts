import { eq, sql } from "drizzle-orm";
import { factor } from "@/db/schema/factor";
import { session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notify } from "@/lib/notices/notify";
import type { Change } from "@/lib/transact";
import { factorsOf, type FactorKind } from "./factors";
import { makeRecoveryCodes } from "./recovery";

/** `recoveryCodes`: shown once, with the first factor; null with every further one. */
export type Confirmed = { id: string; recoveryCodes: string[] | null };

/** `key`: of a passkey, what tells which one it is. */
type Added = { id: string; kind: FactorKind; name: string; key?: { credentialId: string; publicKeySha256: string } | Record<string, never> };

/** Makes a factor count, and tells its person. This session has proved it; what is opened later must. */
export async function confirmFactor(tx: Tx, ctx: PersonCtx, { id, kind, name, key = {} }: Added): Promise<Change<Confirmed>> {
  const { organizationId } = ctx;
  const { id: personId, email, sessionId } = ctx.actor;
  const isFirst = (await factorsOf(tx, personId)).length === 0;
  await tx.update(factor).set({ confirmedAt: sql`now()` }).where(eq(factor.id, id));
  await tx.update(session).set({ factor: kind }).where(eq(session.id, sessionId));
  const recoveryCodes = isFirst ? await makeRecoveryCodes(tx, { organizationId, personId }) : null;
  await notify(tx, organizationId, {
    personIds: [personId],
    dedupeKey: `factor-added:${id}`,
    title: `${words[kind]} ${kind === "email" ? "were" : "was"} added to your account`,
    body: `It is called “${name}”. If it was not you, change your password and tell an admin now.`,
    href: "/account",
  });
  const resource = { type: "person", id: personId, name: email };
  return { value: { id, recoveryCodes }, audit: { action: "people.factor_added", resource, details: { factor: id, kind, name, first: isFirst, ...key } } };
}

const words: Record<FactorKind, string> = { totp: "An authenticator app", passkey: "A passkey or security key", email: "Codes by mail", sms: "A phone number for codes" };
