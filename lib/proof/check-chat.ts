import { type Read, textOf } from "./event-body";
import type { Finding } from "./link";

type SaidChat = { kind?: unknown; name?: unknown; user?: unknown; vouchedBy?: { source?: unknown; id?: unknown; claim?: unknown; at?: unknown } };

const chatOf = ({ body }: Read) => body.details.chat as SaidChat | null | undefined;

/** Where it was decided, when that was in a chat; empty: in the portal. */
export function whereDecided(event: Read): string {
  const chat = chatOf(event);
  return chat ? ` in the chat “${textOf(chat.name) ?? "?"}” (${textOf(chat.kind) ?? "?"}), as its user ${textOf(chat.user) ?? "?"}` : "";
}

/** Who decides in a chat has no session: it is the chat's word, and the identity provider's, and little may be decided by it. Null: it was no chat. */
export function checkChat(event: Read): Finding[] | null {
  const chat = chatOf(event);
  if (!chat) return null;
  const { details, time, actor } = event.body;
  const { user, vouchedBy } = chat;
  const [who, source, at] = [textOf(user), textOf(vouchedBy?.source), textOf(vouchedBy?.at)];
  const by = source === "directory" ? "the directory" : "the identity provider";
  return [
    { what: "What is decided in a chat is an agent's action of LOW or MEDIUM risk, by nobody alone", ok: (details.risk === "LOW" || details.risk === "MEDIUM") && details.kind === "action" && details.breakGlass !== true },
    { what: `Before that, ${by} ${textOf(vouchedBy?.id) ?? "?"} had said that the chat account ${who ?? "?"} is theirs (${textOf(vouchedBy?.claim) ?? "?"}, ${at ?? "?"})`, ok: actor.session === undefined && who !== null && source !== null && at !== null && at <= time },
  ];
}
