import { env } from "@/lib/env";

/** Where a directory sends its people: SCIM 2.0's base address of this portal. */
export function scimAddress(path = ""): string {
  return new URL(`/api/scim/v2${path ? `/${path}` : ""}`, env().APP_URL).href;
}
