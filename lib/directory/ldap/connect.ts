import { z } from "zod";
import { directory } from "@/db/schema/directory";
import { directorySource } from "@/db/schema/directory-sync";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { sealSecret } from "../pull/secret";
import { requireRoom } from "../row";
import { guardWords, isGuarded, ldapShape } from "./settings";

export const ConnectLdapInput = z.strictObject({ ...ldapShape, name: cleanText({ max: 80 }), password: z.string().min(1, "must not be empty").max(1_000) }).refine(isGuarded, guardWords);
export type ConnectLdapInput = z.infer<typeof ConnectLdapInput>;

/** Keeps how a directory is asked by LDAP. Nothing is asked before somebody tests or previews it. */
export async function connectLdap(ctx: PersonCtx, { name, password, ...settings }: ConnectLdapInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.connect_ldap", name);
    await requireRoom(tx);
    const id = newId();
    await tx.insert(directory).values({ id, organizationId: ctx.organizationId, kind: "ldap", name, createdBy: ctx.actor.id });
    await tx.insert(directorySource).values({ directoryId: id, organizationId: ctx.organizationId, settings, secret: sealSecret(id, password) });
    const { host, bindDn, security } = settings;
    return { value: { id }, audit: { action: "directory.connected", resource: { type: "directory", id, name }, details: { kind: "ldap", host, bindDn, security } } };
  });
}
