import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ChannelView } from "@/lib/chat/list";
import { pauseChannelAction, removeChannelAction, testChannelAction } from "./actions";
import { kindOptions, nameOf, riskOptions, states, topicOptions } from "./words";

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
        <KeyValue
          items={[
            { term: "Address", detail: <code className="font-mono text-sm break-all">{channel.shown}</code> },
            { term: "What is told", detail: channel.topics.map((topic) => nameOf(topicOptions, topic)).join(", ") },
            ...(risky ? [{ term: "Risk of requests", detail: nameOf(riskOptions, channel.riskAtLeast) }] : []),
            { term: "Last posted", detail: channel.lastSentAt ? <RelativeTime at={channel.lastSentAt} /> : "never" },
          ]}
        />
      </div>
    </Card>
  );
}

function Controls({ channel: { id, name, pausedAt } }: { channel: ChannelView }) {
  return (
    <>
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
