import { Badge, type Tone } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import type { IconName } from "@/components/ui/icon";
import { KeyValue } from "@/components/ui/key-value";
import type { Part, PartState } from "@/lib/health/parts/part";

const states: Record<PartState, { tone: Tone; icon: IconName; word: string }> = {
  ok: { tone: "ok", icon: "check", word: "Well" },
  off: { tone: "neutral", icon: "power", word: "Not set up" },
  attention: { tone: "warn", icon: "warning", word: "Look at it" },
  down: { tone: "danger", icon: "octagon", word: "Down" },
};

/** One part: how it stands, what that means, what to do, and its figures. */
export function PartCard({ part }: { part: Part }) {
  const { tone, icon, word } = states[part.state];
  return (
    <div id={part.id} className="scroll-mt-16">
      <Card title={part.name} actions={<Badge tone={tone} icon={icon}>{word}</Badge>}>
        <p className={part.state === "ok" ? "text-muted" : "font-semibold"}>{part.says}</p>
        {part.means ? <p className="mt-1">{part.means}</p> : null}
        {part.act ? (
          <p className="mt-1">
            <span className="font-semibold">What to do: </span>
            {part.act}
          </p>
        ) : null}
        {part.command ? (
          <div className="mt-2">
            <CodeBlock label="The command that mends it" code={part.command} />
          </div>
        ) : null}
        <div className="mt-3 border-t border-line pt-1">
          <KeyValue items={part.facts.map(({ term, value }) => ({ term, detail: value }))} />
        </div>
      </Card>
    </div>
  );
}
