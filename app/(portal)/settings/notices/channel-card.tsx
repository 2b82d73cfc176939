import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ChannelView } from "@/lib/chat/list";
import { chatUrn } from "@/lib/directory/scim/chat-extension";
import { pauseChannelAction, removeChannelAction, testChannelAction } from "./actions";
import { Deciding } from "./deciding";
import { EditChannel } from "./edit-channel";
import { decidingOptions, kindOptions, nameOf, riskOptions, states, topicOptions } from "./words";

/** One channel, how it does, and what can be done with it. */
export function ChannelCard({ channel, mayChange }: { channel: ChannelView; mayChange: boolean }) {
  const { label, tone } = states[channel.state];
  const risky = channel.topics.includes("requests") || channel.topics.includes("escalations");
  return (
    <Card
      title={<span className="wrap-anywhere">{channel.name}</span>}
      description={`${nameOf(kindOptions, channel.kind)} · ${channel.workspaceName ?? "all of the organization"}`}
      actions={
        <>
          <Badge tone={tone}>{label}</Badge>
          {mayChange ? <Controls channel={channel} /> : null}
        </>
      }
    >
      <div className="grid gap-4">
        {channel.failingSince && channel.lastError && !channel.pausedAt ? (
          <Callout tone="danger" title="Messages do not arrive">
            {channel.lastError} Since <RelativeTime at={channel.failingSince} />.
          </Callout>
        ) : null}
        {channel.decideUpTo && channel.peopleKnown === 0 ? (
          <Callout tone="warn" title="Nobody can decide here yet">
            Nobody’s account in this chat is known. Name the claim that holds it in the mapping of a single sign-on connection: people are known from their next sign-in on. Or have your directory send it by SCIM as{" "}
            <code className="font-mono text-sm break-all">
              {chatUrn}:{channel.kind === "slack" ? "slackUserId" : "chatUserId"}
            </code>
            .
          </Callout>
        ) : null}
        <KeyValue
          items={[
            { term: "Address", detail: <code className="font-mono text-sm break-all">{channel.shown}</code> },
            { term: "What is told", detail: channel.topics.map((topic) => nameOf(topicOptions, topic)).join(", ") },
            ...(risky ? [{ term: "Risk of requests", detail: nameOf(riskOptions, channel.riskAtLeast) }] : []),
            { term: "Deciding here", detail: decidingWords(channel) },
            { term: "Last posted", detail: channel.lastSentAt ? <RelativeTime at={channel.lastSentAt} /> : "never" },
          ]}
        />
      </div>
    </Card>
  );
}

function decidingWords({ kind, decideUpTo, peopleKnown }: ChannelView): string {
  if (kind === "teams") return "Not possible: Teams does not say, in a way that can be checked, who pressed a button. Messages link to the portal.";
  if (!decideUpTo) return "Off: messages link to the portal.";
  return `${nameOf(decidingOptions, decideUpTo)}, by people whose account there an identity provider vouches for: ${peopleKnown} ${peopleKnown === 1 ? "is" : "are"} known.`;
}

function Controls({ channel }: { channel: ChannelView }) {
  const { id, name, pausedAt, kind, topics, riskAtLeast, decideUpTo, callback } = channel;
  return (
    <>
      <EditChannel channel={{ id, name, topics, riskAtLeast }} />
      {kind === "teams" ? null : <Deciding channel={{ id, kind, name, decideUpTo, callback }} />}
      {pausedAt ? null : (
        <ActionButton action={testChannelAction} input={{ id }} success="A test message is on its way" size="sm" variant="ghost" icon="send">
          Test
        </ActionButton>
      )}
      <ActionButton action={pauseChannelAction} input={{ id, paused: pausedAt === null }} success={pausedAt ? "The channel goes on" : "The channel is paused"} size="sm" variant="ghost" icon={pausedAt ? "play" : "pause"}>
        {pausedAt ? "Resume" : "Pause"}
      </ActionButton>
      <ActionButton
        action={removeChannelAction}
        input={{ id }}
        success={`${name} is removed`}
        size="sm"
        variant="ghost"
        icon="trash"
        confirm={{ title: `Remove ${name}?`, consequence: "Nothing is posted there any more, and its address is forgotten.", confirmLabel: "Remove" }}
      >
        Remove
      </ActionButton>
    </>
  );
}
