import { Callout } from "./callout";
import { escapedJson, findOddities, textsIn } from "./hostile-summary";

/** More than this is not put into a page at all. */
const SHOWN_LIMIT = 20_000;

/** Warns where something that an outsider wrote deceives the eye, says how, and offers it in letters that cannot; else nothing. */
export function HostileWarning({ value }: { value: unknown }) {
  const oddities = findOddities(textsIn(value));
  if (oddities.length === 0) return null;
  const escaped = escapedJson(value);
  return (
    <Callout tone="warn" title="Not everything here is what it looks like">
      <p>Marked where it stands: {oddities.map(({ name, count }) => (count === 1 ? name : `${name} (${count} times)`)).join(", ")}.</p>
      <details className="mt-1">
        <summary className="inline-flex min-h-6 items-center font-medium text-accent hover:underline">The whole request in plain letters</summary>
        <pre tabIndex={0} className="mt-1 max-h-100 overflow-auto rounded-md border border-line bg-sunken p-2 font-mono text-sm whitespace-pre-wrap wrap-anywhere">
          {escaped.slice(0, SHOWN_LIMIT)}
          {escaped.length > SHOWN_LIMIT ? `\n… ${(escaped.length - SHOWN_LIMIT).toLocaleString("en-US")} more characters` : ""}
        </pre>
      </details>
    </Callout>
  );
}
