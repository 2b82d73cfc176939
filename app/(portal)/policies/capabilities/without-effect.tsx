import { Callout } from "@/components/ui/callout";
import type { Draft } from "./draft";
import type { Effects } from "./effects";

/** Said before something is saved: rows that change nothing, since a level above is narrower. */
export function WithoutEffect({ draft, effects }: { draft: Draft; effects: Effects | undefined }) {
  const idle = draft.tools.filter((row) => effects?.rows.get(row.id)?.idle);
  const wider = [...(effects?.numbers.values() ?? [])].filter((note) => note.wider).length;
  if (idle.length + wider === 0) return null;
  return (
    <Callout tone="warn" title="Some of it has no effect at present">
      {idle.length > 0 ? (
        <p>
          Levels above say the same or narrower than {idle.length === 1 ? "the row" : "the rows"} <code className="font-mono wrap-anywhere">{idle.slice(0, 10).map(({ tool }) => tool).join(", ")}</code>
          {idle.length > 10 ? ` and ${idle.length - 10} more` : ""}.
        </p>
      ) : null}
      {wider > 0 ? <p>{wider === 1 ? "One limit is" : `${wider} limits are`} wider than what a level above says.</p> : null}
    </Callout>
  );
}
