import { authorize } from "@/lib/ability/authorize";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { read } from "@/lib/transact";
import { acceptedKinds } from "./accepted";
import type { FactorKind } from "./factors";
import { findPending, lockPending } from "./pending";
import { daysFor } from "./remembered";

/** What a browser whose password was right may show next; null when there is nothing to complete. */
export async function loadPendingSignIn(info: RequestInfo, token: string | undefined): Promise<{ kinds: FactorKind[]; rememberDays: number } | null> {
  const found = token ? await findPending(token) : null;
  if (!found) return null;
  const ctx = systemCtx("sign-in", found.organizationId, info);
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const row = await lockPending(tx, found.id);
    return row ? { kinds: await acceptedKinds(tx, row.personId, "sign_in"), rememberDays: await daysFor(tx, row.personId) } : null;
  });
}
