/** What the browser of whoever was refused is told; the exact reason is for admins. The pages' words are app/(auth)/sso/refused/words.ts. */
export const refusalKinds = ["lost", "late", "used", "provider", "away", "answer", "not_admitted", "conflict", "ticket", "unknown", "too_often", "sign_out", "failed"] as const;
export type RefusalKind = (typeof refusalKinds)[number];

/** An identity provider's answer that does not let anybody in. The message is for the audit and for who tests; the browser hears `why`. */
export class SsoRefusal extends Error {
  override readonly name = "SsoRefusal";
  readonly why: RefusalKind;

  constructor(message: string, { why = "answer", cause }: { why?: RefusalKind; cause?: unknown } = {}) {
    super(message, { cause });
    this.why = why;
  }
}

/** Somebody else at the provider is the person with this address: kept for an admin to decide, once the transaction is undone. */
export class IdentityConflict extends SsoRefusal {
  constructor(
    readonly subject: string,
    readonly email: string,
  ) {
    super(`${email} belongs to a person who signs in by another account at the provider. Its address may have been given to somebody new.`, { why: "conflict" });
  }
}
