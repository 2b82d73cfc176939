import { KeyValue } from "@/components/ui/key-value";
import type { EgressContent } from "@/lib/egress/content";

const unlistedWords = { deny: "Denied", ask: "A person is asked" } as const;

/** One level's lists, to be read. */
export function EgressLists({ content: { allow, deny, unlisted } }: { content: EgressContent }) {
  return (
    <KeyValue
      items={[
        { term: "Allowed", detail: allow === null ? "Says nothing" : <Lines lines={allow} /> },
        { term: "Denied", detail: <Lines lines={deny} /> },
        { term: "On no list", detail: unlisted === null ? "Says nothing" : unlistedWords[unlisted] },
      ]}
    />
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return "Nothing";
  return <span className="font-mono text-sm whitespace-pre-line">{lines.join("\n")}</span>;
}
