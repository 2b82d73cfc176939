import { addChannel, AddChannelInput } from "@/lib/chat/add";
import { collectChat } from "@/lib/chat/collect";
import { listChannels } from "@/lib/chat/list";
import { pauseChannel } from "@/lib/chat/pause";
import { removeChannel } from "@/lib/chat/remove";
import { sendChat } from "@/lib/chat/send";
import { setDeciding, SetDecidingInput } from "@/lib/chat/set-deciding";
import { testChannel } from "@/lib/chat/test-channel";
import { updateChannel } from "@/lib/chat/update";
import { type Attempt, names, plain } from "./attempt";

const settings = { caller: "person", on: "organization" } as const;
const channel = { kind: "slack", name: "Another", url: "https://hooks.example.com/services/T0/B0", topics: ["requests"] } as const;

/** Where notices are posted besides the portal. */
export const chat: Record<string, Attempt> = {
  addChannel: names(addChannel, ["settings.update"], (p) => AddChannelInput.parse({ ...channel, workspaceId: p.workspaceId }), settings),
  listChannels: plain(listChannels, ["settings.read"], undefined, { caller: "person" }),
  pauseChannel: names(pauseChannel, ["settings.update"], (p) => ({ id: p.channelId, paused: true }), settings),
  removeChannel: names(removeChannel, ["settings.update"], (p) => ({ id: p.channelId }), settings),
  setDeciding: names(setDeciding, ["settings.update"], (p) => SetDecidingInput.parse({ id: p.channelId, upTo: "LOW" }), settings),
  updateChannel: names(updateChannel, ["settings.update"], (p) => ({ id: p.channelId, name: "Renamed", topics: ["requests"], riskAtLeast: "LOW" }), settings),
  testChannel: names(testChannel, ["settings.update"], (p) => ({ id: p.channelId }), settings),
  collectChat: plain(collectChat, "portal"),
  sendChat: plain(sendChat, "portal", (p) => ({ messageId: p.chatMessageId })),
};
