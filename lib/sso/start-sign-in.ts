import { z } from "zod";
import { authorizeSystem } from "@/lib/ability/authorize";
import { safeNextPath } from "@/lib/auth/next-path";
import { noAudit } from "@/lib/audit/actions";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { AppError, orNull } from "@/lib/errors";
import { emailSchema } from "@/lib/people/email";
import { transact } from "@/lib/transact";
import { addressOf, insertLogin } from "./begin";
import { newBrowserSecret } from "./browser-secret";
import { findConnection } from "./connection";

export const StartSignInInput = z.strictObject({ email: emailSchema, next: z.string().max(2_000).default("/") });
export type StartSignInInput = z.infer<typeof StartSignInInput>;

/**
 * Begins a sign-in by the identity provider that speaks for the address's domain. The answer depends on the domain alone, so
 * it tells nothing of who has an account.
 * @returns where to go, and what the browser keeps meanwhile.
 * @throws AppError `not_found` for a domain that nobody verified.
 */
export async function startSignIn(info: RequestInfo, { email, next }: StartSignInInput): Promise<{ url: string; secret: string }> {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  const [found] = await database().sql<{ organization: string; connection: string }[]>`
    select organization_id as organization, connection_id as connection from gate_sso_domain(${domain})`;
  if (!found) throw unknownDomain();
  const ctx = systemCtx("sign-in", found.organization, info);
  const secret = newBrowserSecret();
  const begun = await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const connection = await findConnection(tx, found.connection);
    const { requestId } = await insertLogin(tx, connection, secret, { purpose: "sign_in", nextPath: safeNextPath(next), personId: null });
    return { value: { connection, requestId }, audit: noAudit("nobody has signed in yet; who does is an event") };
  }).catch(orNull("not_found"));
  if (!begun) throw unknownDomain();
  return { url: await addressOf(begun.connection, begun.requestId, secret, email), secret: secret.secret };
}

function unknownDomain(): AppError {
  return new AppError("not_found", "No organization here signs in the addresses of this domain.", {
    hint: "Check the address. If your organization gave you a password, sign in with that.",
  });
}
