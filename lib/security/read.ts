import { authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { loadSecuritySetting, type SecuritySetting } from "./load";

/** The organization's rules for sessions and signing in, for whoever may look at settings anywhere in it. */
export async function readSecurity(ctx: PersonCtx): Promise<SecuritySetting> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "settings", "read");
    return loadSecuritySetting(tx);
  });
}
