import type { Connection } from "./connection";

/** How a session's row says that the factor was the provider's. */
export const providerFactor = "provider";

/** What providers call a sign-in with more than a password: `amr` (RFC 8176 and what is in use beside it) and authentication contexts. */
const withFactor: ReadonlySet<string> = new Set([
  "mfa", "otp", "hwk", "sc", "phr", "phrh", "fido",
  "https://refeds.org/profile/mfa",
  "http://schemas.microsoft.com/claims/multipleauthn",
  ...["MobileTwoFactorContract", "MobileTwoFactorUnregistered", "TimeSyncToken", "Smartcard", "SmartcardPKI"].map((name) => `urn:oasis:names:tc:SAML:2.0:ac:classes:${name}`),
]);

/** Whether a sign-in at the provider counts as one with a second factor: only where the connection takes its word for it. */
export function hadFactor({ trustFactor }: Pick<Connection, "trustFactor">, methods: readonly string[]): boolean {
  return trustFactor === "always" || (trustFactor === "when_said" && methods.some((method) => withFactor.has(method)));
}
