import { NextRequest } from "next/server";
import { eq } from "drizzle-orm";
import { ssoConnection, ssoDomain } from "@/db/schema/sso";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { Browser, browse } from "@/lib/testing/browser";
import { tenant } from "@/lib/testing/tenant";
import { addDomain } from "./add-domain";
import { challengeText } from "./challenge";
import { ClaimMapping } from "./mapping";
import { verifyDomain } from "./verify-domain";

export const portal = "http://localhost:3000";

/** An organization with an admin and a domain of its own that is verified for the connection which `connect` makes. */
export async function organizationWith(connect: (admin: PersonCtx) => Promise<{ id: string }>, claim: string) {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const { id } = await connect(admin);
  const domain = `d${newId()}.test`;
  await verified(t, admin, id, domain);
  const mapping = ClaimMapping.parse({ email: claim, rules: [{ claim: "groups", value: "staff", role: "viewer" }] });
  const set = (values: Partial<typeof ssoConnection.$inferInsert>) => inside(t, (tx) => tx.update(ssoConnection).set(values).where(eq(ssoConnection.id, id)));
  await set({ mapping, jit: true });
  return { ...t, admin, id, domain, set };
}

/** Names a domain and proves it, as a name server would that has the record. */
export async function verified(t: { organizationId: string }, admin: PersonCtx, connectionId: string, domain: string): Promise<string> {
  const { id } = await addDomain(admin, { connectionId, domain });
  const [row] = await inside(t, (tx) => tx.select({ challenge: ssoDomain.challenge }).from(ssoDomain).where(eq(ssoDomain.id, id)));
  await verifyDomain(admin, { id }, async () => [challengeText(row?.challenge ?? "")]);
  return id;
}

/** A request as the browser sends it; what it is given goes into its jar. */
export function request(browser: Browser, address: string, init: { method?: string; body?: string; type?: string } = {}): NextRequest {
  browse(browser);
  const { method = "GET", body, type } = init;
  const headers: Record<string, string> = body === undefined ? {} : { "content-type": type ?? "application/x-www-form-urlencoded", "content-length": String(Buffer.byteLength(body)) };
  return new NextRequest(new URL(address, portal), { method, headers, ...(body === undefined ? {} : { body }) });
}

export const at = (id: string) => ({ params: Promise.resolve({ id }) });
