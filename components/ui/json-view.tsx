import { HostileText } from "./hostile-text";

const CHILDREN_LIMIT = 200;
const DEPTH_LIMIT = 24;

interface JsonViewProps {
  value: unknown;
  label: string;
  /** How many levels stand open at first. */
  openDepth?: number;
}

/** JSON that an outsider may have written, foldable, in order, with every string shown for what it is. */
export function JsonView({ value, label, openDepth = 2 }: JsonViewProps) {
  return (
    <div role="group" aria-label={label} className="overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-sm">
      <Node value={value} depth={0} openDepth={openDepth} />
    </div>
  );
}

interface NodeProps {
  name?: string;
  value: unknown;
  depth: number;
  openDepth: number;
}

function Node({ name, value, depth, openDepth }: NodeProps) {
  const key = name === undefined ? null : <Name text={name} />;
  if (typeof value !== "object" || value === null) {
    return (
      <div className="flex min-w-0 items-baseline gap-2 py-px">
        {key}
        <Scalar value={value} />
      </div>
    );
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) {
    return (
      <div className="flex gap-2 py-px">
        {key}
        <span className="text-muted">{open + close}</span>
      </div>
    );
  }
  const count = `${entries.length} ${isList ? "item" : "field"}${entries.length === 1 ? "" : "s"}`;
  if (depth >= DEPTH_LIMIT) return <div className="text-muted">… nested deeper than {DEPTH_LIMIT} levels</div>;
  return (
    <details open={depth < openDepth}>
      <summary className="w-fit min-h-6 rounded-sm pr-1 marker:text-subtle hover:bg-hover">
        {key} <span className="text-muted">{open}</span> <span className="font-sans text-xs text-subtle">{count}</span>
      </summary>
      <div className="ml-1 border-l border-line pl-4">
        {entries.slice(0, CHILDREN_LIMIT).map(([child, item]) => (
          <Node key={child} name={child} value={item} depth={depth + 1} openDepth={openDepth} />
        ))}
        {entries.length > CHILDREN_LIMIT ? <div className="text-muted">… {entries.length - CHILDREN_LIMIT} more are not shown</div> : null}
      </div>
    </details>
  );
}

function Name({ text }: { text: string }) {
  return (
    <span className="max-w-2/5 shrink-0 text-accent">
      <HostileText inline text={text} />
      <span className="text-subtle">:</span>
    </span>
  );
}

function Scalar({ value }: { value: unknown }) {
  if (typeof value === "string") return <HostileText text={value} lines={12} className="min-w-0 text-ink" />;
  return <span className="text-risk-medium">{String(value)}</span>;
}
