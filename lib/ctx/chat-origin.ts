import type { chatRisks, decidingKinds } from "@/db/schema/chat";

/** Where somebody decides who has no session, what may be decided there, and on whose word it is them. */
export type ChatOrigin = {
  channelId: string;
  channelName: string;
  kind: (typeof decidingKinds)[number];
  /** Of the channel; null: requests of the whole organization. */
  workspaceId: string | null;
  upTo: (typeof chatRisks)[number];
  /** The chat's own id for them. */
  userId: string;
  vouched: { source: "sso" | "directory"; sourceId: string; claim: string; at: Date };
};
