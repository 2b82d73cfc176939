import type { chatKinds, ChatItem } from "@/db/schema/chat";
import { env } from "@/lib/env";

export type ChatKind = (typeof chatKinds)[number];
/** As things stand when it is written: with what may still be decided, or how it ended. */
export type DrawnItem = Omit<ChatItem, "decide"> & { decide?: { reference: string; digest: string; postTo: string }; standing?: string };
/** `replaces`: it takes the place of the message in which a button was pressed. */
export type ChatText = { items: readonly DrawnItem[]; more: number; at: Date; replaces?: boolean };

/**
 * A message as one kind of chat wants it. Nothing in it decides but the buttons of what was marked for it, in a chat whose word
 * for who presses can be checked; the rest links to the portal.
 * Slack: https://docs.slack.dev/messaging/formatting-message-text and its Block Kit; Teams: a Workflow's webhook takes Adaptive Cards.
 */
export function bodyOf(kind: ChatKind, message: ChatText): string {
  const body = { slack, teams, webhook }[kind](message);
  return JSON.stringify(body);
}

function slack({ items, more, replaces }: ChatText) {
  const blocks = items.flatMap((item, at) => [
    { type: "section", text: plain(`${riskOf(item)}${item.title}`, 1_500) },
    ...[item.text, item.quote === null ? "" : `“${item.quote}”`, item.detail ?? "", item.standing ?? ""].flatMap((line) => (line === "" ? [] : [{ type: "section", text: plain(line, mostOfSection) }])),
    ...(item.decide ? buttons(item.title, item.decide.reference, at) : []),
    openLink(item.href),
  ]);
  const rest = more > 0 ? [{ type: "section", text: { type: "mrkdwn", text: `<${linkOf("/approvals")}|And ${more} more>`, verbatim: true } }] : [];
  return { ...(replaces ? { replace_original: true } : {}), text: escapeSlack(headOf(items, more)), unfurl_links: false, unfurl_media: false, blocks: [...blocks, ...rest] };
}

/** What Slack takes of one section, as it is sent. */
export const mostOfSection = 3_000;

/** A line for who pressed alone. */
export function slackNote(text: string, href: string): string {
  return JSON.stringify({ response_type: "ephemeral", replace_original: false, text: escapeSlack(text), blocks: [{ type: "section", text: plain(text, mostOfSection) }, openLink(href)] });
}

const openLink = (href: string) => ({ type: "section", text: { type: "mrkdwn", text: `<${linkOf(href)}|Open in Countersign>`, verbatim: true } });

/** The line in which a reason is typed, and the buttons that decide; each asks once more, for a thumb that slipped. */
function buttons(title: string, reference: string, at: number) {
  const button = (decision: "approved" | "rejected", label: string, style: "primary" | "danger") => ({
    type: "button", action_id: decision, text: plain(label, 75), style, value: reference,
    confirm: { title: plain(`${label}?`, 100), text: plain(title, 300), confirm: plain(label, 30), deny: plain("Not now", 30) },
  });
  return [
    { type: "input", block_id: `why:${at}`, optional: true, label: plain("Reason (needed to reject)", 200), element: { type: "plain_text_input", action_id: "reason", max_length: 1_000 } },
    { type: "actions", block_id: `decide:${at}`, elements: [button("approved", "Approve", "primary"), button("rejected", "Reject", "danger")] },
  ];
}

/** Text that Slack never reads as formatting, cut to what it takes: a longer one and the whole message would be refused. */
function plain(text: string, most: number) {
  let shown = "";
  for (const sign of text) {
    const next = shown + escapeSlack(sign);
    if (next.length > most) break;
    shown = next;
  }
  return { type: "plain_text", text: shown, emoji: false };
}

/** The three characters with which links and mentions of everybody begin. */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function teams({ items, more }: ChatText) {
  const body = items.flatMap((item) => [
    run(`${riskOf(item)}${item.title}`, { weight: "Bolder" }),
    ...(item.text === "" ? [] : [run(item.text)]),
    ...(item.quote === null ? [] : [run(`“${item.quote}”`, { isSubtle: true })]),
    ...(item.standing === undefined ? [] : [run(item.standing)]),
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

function headOf(items: readonly DrawnItem[], more: number): string {
  const [first] = items;
  const others = items.length - 1 + more;
  return first ? `${riskOf(first)}${first.title}${others > 0 ? ` and ${others} more` : ""}` : "";
}

const riskOf = ({ risk }: DrawnItem) => (risk ? `${risk}: ` : "");
const linkOf = (href: string) => new URL(href, env().APP_URL).href;
