import { ssoConnection } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import type { Change } from "@/lib/transact";
import { resourceOf } from "./connection";
import type { ClaimMapping } from "./mapping";

type Values = Omit<typeof ssoConnection.$inferInsert, "organizationId" | "mapping">;

/** The row of a new connection and its event. @throws AppError `conflict` for a name that is taken. */
export async function insertConnection(tx: Tx, ctx: Ctx, values: Values, mapping: ClaimMapping): Promise<Change<{ id: string }>> {
  const [made] = await tx.insert(ssoConnection).values({ ...values, organizationId: ctx.organizationId, mapping }).onConflictDoNothing().returning({ id: ssoConnection.id });
  if (!made) throw conflict(`There is already a connection called ${values.name}.`, "Choose another name.");
  const { kind, issuer } = values;
  return { value: made, audit: { action: "sso.connected", resource: resourceOf(values), details: { kind, issuer } } };
}
