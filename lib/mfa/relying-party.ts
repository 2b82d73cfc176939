import { env } from "@/lib/env";

/** Who asks authenticators: the portal's own host (WebAuthn, 5.1.2), so that a key is good at no other address. */
export function relyingParty(): { rpID: string; rpName: string; origin: string } {
  const { hostname, origin } = new URL(env().APP_URL);
  return { rpID: hostname, rpName: "Countersign", origin };
}
