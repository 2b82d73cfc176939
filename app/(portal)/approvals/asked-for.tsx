import { Badge } from "@/components/ui/badge";
import { HostileText } from "@/components/ui/hostile-text";
import { JsonView } from "@/components/ui/json-view";
import { KeyValue } from "@/components/ui/key-value";
import { Money } from "@/components/ui/money";
import type { ApprovalDetail } from "@/lib/approvals/load";
import type { ShownArguments, ShownFile } from "@/lib/approvals/present-arguments";

/** What exactly is asked for: tool, resource and the arguments. */
export function AskedAction({ action }: { action: NonNullable<ApprovalDetail["action"]> }) {
  const args = action.arguments;
  const hasRest = typeof args.rest !== "object" || (args.rest !== null && Object.keys(args.rest).length > 0);
  return (
    <div className="grid gap-3">
      <KeyValue
        items={[
          { term: "Tool", detail: <HostileText inline mono text={action.tool} /> },
          { term: "Operation", detail: <HostileText inline mono text={action.operation} /> },
          ...(action.resource ? [{ term: "Resource", detail: <HostileText inline mono text={action.resource} /> }] : []),
        ]}
      />
      <ArgumentNotes args={args} />
      {args.code ? (
        <div>
          <h4 className="mb-1 text-sm text-muted">Program, {args.code.language}</h4>
          <div className="overflow-x-auto rounded-md border border-line bg-sunken p-3">
            <HostileText mono text={args.code.text} lines={30} />
          </div>
        </div>
      ) : null}
      {args.files.length > 0 ? <Files files={args.files} /> : null}
      {hasRest ? (
        <div>
          <h4 className="mb-1 text-sm text-muted">Arguments</h4>
          <JsonView value={args.rest} label="Arguments" openDepth={8} />
        </div>
      ) : args.code ? null : (
        <p className="text-muted">No arguments.</p>
      )}
    </div>
  );
}

function ArgumentNotes({ args }: { args: ShownArguments }) {
  if (args.maskedCount === 0 && !args.shortened) return null;
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
      {args.maskedCount > 0 ? (
        <>
          <Badge icon="eye-off">{args.maskedCount} masked</Badge>
          Secrets are hidden here; the decision covers what they are.
        </>
      ) : null}
      {args.shortened ? (
        <>
          <Badge tone="warn" icon="warning">
            Cut for this page
          </Badge>
          The arguments have {args.bytes.toLocaleString("en-US")} bytes; the decision covers all of them.
        </>
      ) : null}
    </p>
  );
}

function Files({ files }: { files: ShownFile[] }) {
  return (
    <div>
      <h4 className="mb-1 text-sm text-muted">{files.length === 1 ? "One file" : `${files.length} files`}</h4>
      <ul className="divide-y divide-line rounded-md border border-line">
        {files.map((file) => (
          <li key={`${file.name} ${file.sha256}`} className="px-3 py-2">
            <details>
              <summary className="flex min-h-6 flex-wrap items-baseline gap-x-3">
                <span className="font-medium">
                  <HostileText inline mono text={file.name} />
                </span>
                <span className="text-sm text-muted">{file.size.toLocaleString("en-US")} bytes</span>
                <span className="min-w-0 truncate font-mono text-xs text-muted" title={`SHA-256 ${file.sha256}`}>
                  sha256 {file.sha256.slice(0, 16)}…
                </span>
              </summary>
              {file.preview === null ? (
                <p className="mt-2 text-muted">This is not text, so there is no preview.</p>
              ) : (
                <div className="mt-2 overflow-x-auto rounded-md bg-sunken p-2">
                  <HostileText mono text={file.preview} lines={20} />
                  {file.more ? <p className="mt-1 text-sm text-muted">The beginning of the file.</p> : null}
                </div>
              )}
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** More money for one window of one budget. */
export function AskedRaise({ detail, raise }: { detail: ApprovalDetail; raise: NonNullable<ApprovalDetail["raise"]> }) {
  const money = (micros: number) => <Money micros={micros} currency={detail.currency} />;
  const cap = raise.capMicros + raise.raisedMicros;
  const pending = detail.status === "pending";
  return (
    <KeyValue
      items={[
        { term: "Budget", detail: `${raise.scopeName} (${raise.scopeType}), per ${raise.period}` },
        { term: "More", detail: <strong>{money(raise.amountMicros)}</strong> },
        { term: pending ? "Cap now" : "Cap in this window", detail: money(cap) },
        ...(pending ? [{ term: "Cap after", detail: money(cap + raise.amountMicros) }] : []),
        { term: "Used", detail: <>{money(raise.spentMicros)} spent, {money(raise.reservedMicros)} reserved</> },
      ]}
    />
  );
}
