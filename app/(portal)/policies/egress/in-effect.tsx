import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import type { EffectiveEgress } from "@/lib/egress/effective";
import { type Level, levelNames } from "./levels";

/** What agents of a level reach, each line with the level that says so, and the lines that change nothing. */
export function InEffect({ effective: { allowed, denied, idle, unlisted }, scopeType }: { effective: EffectiveEgress; scopeType: Level }) {
  return (
    <Card title="In effect here" description={`What an agent of this ${levelNames[scopeType]} may reach, from all levels together. Leases open more, one purpose at a time.`}>
      <div className="grid gap-4">
        {allowed === null || allowed.length === 0 ? (
          <Callout tone="info" title="Nothing is reached">
            {allowed === null ? "No level has a list of what is allowed." : "No domain is on the list of every level that has one."}
          </Callout>
        ) : (
          <Lines title="Reached" lines={allowed.map(({ pattern, by }) => ({ pattern, level: by }))} />
        )}
        {denied.length > 0 ? <Lines title="Denied, whatever is listed" lines={denied.map(({ pattern, by }) => ({ pattern, level: by }))} /> : null}
        {idle.length > 0 ? <Lines title="Without effect" lines={idle.map(({ pattern, at, by }) => ({ pattern, level: at, note: `not on the list of the ${levelNames[by]}` }))} /> : null}
        <p className="text-muted">
          What is on no list is {unlisted.says === "ask" ? "asked of a person" : "denied"}
          {unlisted.by ? `, as the ${levelNames[unlisted.by]} says` : ""}. Private networks and addresses of clouds&apos; own machinery are never reached.
        </p>
      </div>
    </Card>
  );
}

type Line = { pattern: string; level: Level; note?: string };

function Lines({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <section className="min-w-0">
      <h3 className="mb-1 font-semibold">{title}</h3>
      {/* Focusable, since a keyboard must be able to scroll it. */}
      <div role="group" aria-label={title} tabIndex={0} className="max-h-80 overflow-y-auto focus-visible:-outline-offset-2">
        <ul className="divide-y divide-line">
          {lines.map(({ pattern, level, note }) => (
            <li key={`${pattern} ${level} ${note ?? ""}`} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-1">
              <span className="font-mono text-sm wrap-anywhere">{pattern}</span>
              <Badge>{levelNames[level]}</Badge>
              {note ? <span className="text-sm text-muted">{note}</span> : null}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
