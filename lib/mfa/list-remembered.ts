import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { rememberedDevice } from "@/db/schema/factor";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { countryName } from "@/lib/geo/country";
import { deviceName } from "@/lib/sessions/device";
import { read } from "@/lib/transact";
import { daysFor } from "./remembered";

const mostRows = 100;

export type RememberedRow = { id: string; device: string; place: string | null; ip: string | null; createdAt: Date; lastUsedAt: Date };

/** The caller's browsers that need not show a factor now, the last used first. */
export async function listRemembered(ctx: PersonCtx): Promise<RememberedRow[]> {
  const { id } = ctx.actor;
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const days = await daysFor(tx, id);
    const rows = await tx
      .select()
      .from(rememberedDevice)
      .where(
        and(
          eq(rememberedDevice.personId, id), isNull(rememberedDevice.revokedAt), gt(rememberedDevice.expiresAt, sql`now()`),
          gt(rememberedDevice.createdAt, sql`now() - make_interval(days => ${days})`),
        ),
      )
      .orderBy(desc(rememberedDevice.lastUsedAt))
      .limit(mostRows);
    return rows.map(({ id: rowId, userAgent, country, ip, createdAt, lastUsedAt }) => ({ id: rowId, device: deviceName(userAgent), place: country ? countryName(country) : null, ip, createdAt, lastUsedAt }));
  });
}
