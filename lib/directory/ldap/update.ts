import { eq } from "drizzle-orm";
import { z } from "zod";
import { directorySource } from "@/db/schema/directory-sync";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockSource } from "../pull/lock-source";
import { sealSecret } from "../pull/secret";
import { guardWords, isGuarded, LdapSettings, ldapShape } from "./settings";

export const UpdateLdapInput = z.strictObject({ ...ldapShape, id: z.uuid(), password: z.string().max(1_000).default("") }).refine(isGuarded, guardWords);
export type UpdateLdapInput = z.infer<typeof UpdateLdapInput>;

/**
 * Changes how a directory is asked by LDAP. The password that is kept goes only where it was meant to: whoever names another
 * server, or another way to know it, gives it again.
 * @throws AppError `invalid_input` without it.
 */
export async function updateLdap(ctx: PersonCtx, { id, password, ...settings }: UpdateLdapInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.update_ldap", id);
    const { directory, source } = await lockSource(tx, id);
    if (directory.kind !== "ldap") throw conflict("This directory is not asked by LDAP.");
    const before = LdapSettings.parse(source.settings);
    const elsewhere = (["host", "port", "security", "ca", "bindDn"] as const).some((name) => before[name] !== settings[name]);
    if (elsewhere && !password) throw new AppError("invalid_input", "The password is needed again, since it would go elsewhere.", { fields: { password: "is needed again for another server or user" } });
    await tx.update(directorySource).set({ settings, ...(password ? { secret: sealSecret(id, password) } : {}) }).where(eq(directorySource.directoryId, id));
    const shown = ({ host, bindDn, security, userBase, userFilter, groupBase, groupFilter }: LdapSettings) => ({ host, bindDn, security, userBase, userFilter: userFilter ?? null, groupBase: groupBase ?? null, groupFilter: groupFilter ?? null });
    return { value: { id }, audit: { action: "directory.updated", resource: { type: "directory", id, name: directory.name }, details: { before: shown(before), after: shown(settings), newPassword: password !== "" } } };
  });
}
