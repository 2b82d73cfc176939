import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { Icon } from "@/components/ui/icon";
import { type Finding, type Link as ChainLink, stateOf } from "@/lib/proof/link";

const badges = {
  ok: <Badge tone="ok" icon="check">Fits</Badge>,
  bad: <Badge tone="danger" icon="alert">Broken</Badge>,
  open: <Badge tone="warn" icon="clock">Not whole</Badge>,
};

/** One link of the chain: what happened, when, and everything that was checked about it. */
export function LinkCard({ link, at, mayAudit }: { link: ChainLink; at: number; mayAudit: boolean }) {
  const none = link.seq === null && link.findings.length === 0;
  return (
    <li className="grid break-inside-avoid gap-2 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 text-md font-semibold wrap-anywhere">
          {at}. <HostileText inline text={link.title} />
        </h2>
        {none ? <Badge>Not yet</Badge> : badges[stateOf(link)]}
        <span className="ml-auto flex flex-wrap gap-x-3 text-sm text-muted">
          {link.at ? <ExactTime at={link.at} /> : null}
          {link.seq !== null && mayAudit ? (
            <Link className="underline" href={`/audit/${link.seq}`}>
              Event {link.seq}
            </Link>
          ) : null}
        </span>
      </div>
      <HostileText text={link.says} />
      {link.findings.length > 0 ? (
        <ul className="grid gap-1.5 border-t border-line pt-2">
          {link.findings.map((finding) => (
            <FindingLine key={finding.what} finding={finding} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function FindingLine({ finding: { what, ok, why } }: { finding: Finding }) {
  const mark = ok === null ? { icon: "help" as const, tone: "text-warn", label: "Not checked" } : ok ? { icon: "check" as const, tone: "text-ok", label: "Checked" } : { icon: "alert" as const, tone: "text-danger", label: "Broken" };
  return (
    <li className="flex gap-2">
      <Icon name={mark.icon} label={mark.label} className={`mt-0.5 shrink-0 ${mark.tone}`} />
      <span className="min-w-0 wrap-anywhere">
        {what}
        {why ? <span className="block text-sm text-muted">{why}</span> : null}
      </span>
    </li>
  );
}
