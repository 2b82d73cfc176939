import { organization } from "@/db/schema/organization";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";

export type OrganizationView = { id: string; name: string; currency: string; timeZone: string };

/** What everybody who is signed in sees of their own organization. */
export async function loadOrganization(ctx: PersonCtx): Promise<OrganizationView> {
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const [row] = await tx
      .select({ id: organization.id, name: organization.name, currency: organization.currency, timeZone: organization.timeZone })
      .from(organization);
    if (!row) throw notFound("organization");
    return row;
  });
}
