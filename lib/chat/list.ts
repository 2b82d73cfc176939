import { asc, eq, getTableColumns } from "drizzle-orm";
import { chatChannel } from "@/db/schema/chat";
import { workspace } from "@/db/schema/organization";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import type { ChannelRow } from "./row";

export type ChannelView = Omit<ChannelRow, "url" | "secret" | "organizationId" | "createdBy" | "since"> & {
  workspaceName: string | null;
  /** `waiting`: nothing was posted yet. */
  state: "waiting" | "working" | "failing" | "paused";
};

/** Where notices are posted, oldest first, without what would let anybody post there. */
export async function listChannels(ctx: PersonCtx): Promise<ChannelView[]> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "read", { workspaceId: null });
    const { url: _url, secret: _secret, organizationId: _organization, createdBy: _by, since: _since, ...columns } = getTableColumns(chatChannel);
    const rows = await tx
      .select({ ...columns, workspaceName: workspace.name })
      .from(chatChannel)
      .leftJoin(workspace, eq(workspace.id, chatChannel.workspaceId))
      .orderBy(asc(chatChannel.createdAt), asc(chatChannel.id));
    return rows.map((row) => ({ ...row, state: stateOf(row) }));
  });
}

function stateOf({ pausedAt, failingSince, lastSentAt }: Pick<ChannelRow, "pausedAt" | "failingSince" | "lastSentAt">): ChannelView["state"] {
  if (pausedAt) return "paused";
  if (failingSince) return "failing";
  return lastSentAt ? "working" : "waiting";
}
