import { asc, countDistinct, eq, getTableColumns } from "drizzle-orm";
import { chatChannel, chatIdentity } from "@/db/schema/chat";
import { workspace } from "@/db/schema/organization";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { callbackAddress, type ChannelRow } from "./row";

export type ChannelView = Omit<ChannelRow, "url" | "secret" | "decisionSecret" | "organizationId" | "createdBy" | "since" | "notBefore"> & {
  workspaceName: string | null;
  /** Where whoever presses its buttons is told of. */
  callback: string;
  /** How many people's accounts there are known, by an identity provider's word. */
  peopleKnown: number;
  /** `waiting`: nothing was posted yet. */
  state: "waiting" | "working" | "failing" | "paused";
};

/** Where notices are posted, oldest first, without what would let anybody post there. */
export async function listChannels(ctx: PersonCtx): Promise<ChannelView[]> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "read", { workspaceId: null });
    const { url: _url, secret: _secret, decisionSecret: _decision, notBefore: _not, organizationId: _organization, createdBy: _by, since: _since, ...columns } = getTableColumns(chatChannel);
    const known = new Map((await tx.select({ kind: chatIdentity.kind, people: countDistinct(chatIdentity.personId) }).from(chatIdentity).groupBy(chatIdentity.kind)).map(({ kind, people }) => [kind as string, people]));
    const rows = await tx
      .select({ ...columns, workspaceName: workspace.name })
      .from(chatChannel)
      .leftJoin(workspace, eq(workspace.id, chatChannel.workspaceId))
      .orderBy(asc(chatChannel.createdAt), asc(chatChannel.id));
    return rows.map((row) => ({ ...row, state: stateOf(row), callback: callbackAddress(row.id), peopleKnown: known.get(row.kind) ?? 0 }));
  });
}

function stateOf({ pausedAt, failingSince, lastSentAt }: Pick<ChannelRow, "pausedAt" | "failingSince" | "lastSentAt">): ChannelView["state"] {
  if (pausedAt) return "paused";
  if (failingSince) return "failing";
  return lastSentAt ? "working" : "waiting";
}
