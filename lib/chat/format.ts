import type { chatKinds, ChatItem } from "@/db/schema/chat";
import { env } from "@/lib/env";

export type ChatKind = (typeof chatKinds)[number];
export type ChatText = { items: readonly ChatItem[]; more: number; at: Date };

/**
 * A message as one kind of chat wants it. None has anything that decides: only links to the portal, where who looks is known.
 * Slack: https://docs.slack.dev/messaging/formatting-message-text and its Block Kit; Teams: a Workflow's webhook takes Adaptive Cards.
 */
export function bodyOf(kind: ChatKind, message: ChatText): string {
  const body = { slack, teams, webhook }[kind](message);
  return JSON.stringify(body);
}

function slack({ items, more }: ChatText) {
  const blocks = items.flatMap((item) => [
    { type: "section", text: plain(`${riskOf(item)}${item.title}`, 250) },
    ...[item.text, item.quote === null ? "" : `“${item.quote}”`].flatMap((line) => (line === "" ? [] : [{ type: "section", text: plain(line, 2_000) }])),
    { type: "section", text: { type: "mrkdwn", text: `<${linkOf(item.href)}|Open in Countersign>`, verbatim: true } },
  ]);
  const rest = more > 0 ? [{ type: "section", text: { type: "mrkdwn", text: `<${linkOf("/approvals")}|And ${more} more>`, verbatim: true } }] : [];
  return { text: escapeSlack(headOf(items, more)), unfurl_links: false, unfurl_media: false, blocks: [...blocks, ...rest] };
}

/** Text that Slack never reads as formatting. */
const plain = (text: string, most: number) => ({ type: "plain_text", text: escapeSlack(text.slice(0, most)), emoji: false });

/** The three characters with which links and mentions of everybody begin. */
function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function teams({ items, more }: ChatText) {
  const body = items.flatMap((item) => [
    run(`${riskOf(item)}${item.title}`, { weight: "Bolder" }),
    ...(item.text === "" ? [] : [run(item.text)]),
    ...(item.quote === null ? [] : [run(`“${item.quote}”`, { isSubtle: true })]),
    { type: "ActionSet", actions: [{ type: "Action.OpenUrl", title: "Open in Countersign", url: linkOf(item.href) }] },
  ]);
  const rest = more > 0 ? [{ type: "ActionSet", actions: [{ type: "Action.OpenUrl", title: `And ${more} more`, url: linkOf("/approvals") }] }] : [];
  const content = { $schema: "http://adaptivecards.io/schemas/adaptive-card.json", type: "AdaptiveCard", version: "1.4", body: [...body, ...rest] };
  return { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }] };
}

/** A TextRun, unlike a TextBlock, is never read as Markdown: https://adaptivecards.io/explorer/TextRun.html */
function run(text: string, style: { weight?: "Bolder"; isSubtle?: true } = {}) {
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text, ...style }] };
}

function webhook({ items, more, at }: ChatText) {
  const data = items.map(({ href, ...item }) => ({ ...item, url: linkOf(href) }));
  return { type: "notices.posted", timestamp: at.toISOString(), data: { items: data, more, url: linkOf("/approvals") } };
}

function headOf(items: readonly ChatItem[], more: number): string {
  const [first] = items;
  const others = items.length - 1 + more;
  return first ? `${riskOf(first)}${first.title}${others > 0 ? ` and ${others} more` : ""}` : "";
}

const riskOf = ({ risk }: ChatItem) => (risk ? `${risk}: ` : "");
const linkOf = (href: string) => new URL(href, env().APP_URL).href;
