import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ssoDomain } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";
import { domainSchema } from "./challenge";
import { findConnection, resourceOf } from "./connection";

export const AddDomainInput = z.strictObject({ connectionId: z.uuid(), domain: domainSchema });
export type AddDomainInput = z.infer<typeof AddDomainInput>;

/** Names a domain whose addresses shall sign in by the connection; a TXT record must prove it first. @throws AppError `conflict`. */
export async function addDomain(ctx: PersonCtx, { connectionId, domain }: AddDomainInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const connection = await findConnection(tx, connectionId);
    const [made] = await tx
      .insert(ssoDomain)
      .values({ id: newId(), organizationId: ctx.organizationId, connectionId, domain, challenge: randomBytes(24).toString("base64url") })
      .onConflictDoNothing()
      .returning({ id: ssoDomain.id });
    if (!made) throw conflict(`${domain} belongs to a connection of yours already.`, "Remove it there first.");
    return { value: made, audit: { action: "sso.domain_added", resource: resourceOf(connection), details: { domain } } };
  });
}
