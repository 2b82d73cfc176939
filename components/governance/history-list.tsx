import Link from "next/link";
import { Badge } from "../ui/badge";
import { Card } from "../ui/card";
import { HostileText } from "../ui/hostile-text";
import { RelativeTime } from "../ui/relative-time";
import { type Scope, scopeAddress } from "./scope";

export interface PublishedVersion {
  version: number;
  note: string;
  createdAt: Date | null;
  createdBy: { id: string; name: string } | null;
}

interface HistoryListProps {
  /** The page, without its query. */
  path: string;
  scope: Scope;
  current: number;
  history: readonly PublishedVersion[];
  olderThan: number | null;
}

/** Every version with who published it, when and why. Each opens, with what it changed and the way back to it. */
export function HistoryList({ path, scope, current, history, olderThan }: HistoryListProps) {
  return (
    <Card
      title="Versions"
      description="Each decision names the versions it was made under; none is ever changed."
      flush
      footer={
        olderThan === null ? undefined : (
          <Link href={scopeAddress(path, scope, { before: olderThan })} className="inline-flex min-h-6 items-center text-accent hover:underline">
            Older versions
          </Link>
        )
      }
    >
      {history.length === 0 ? <p className="px-4 py-4 text-muted">Nothing was published here yet: what a new installation begins with is in force.</p> : null}
      <ul className="divide-y divide-line">
        {history.map((version) => (
          <li key={version.version} className="px-4 py-2">
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Link href={scopeAddress(path, scope, { version: version.version })} scroll={false} className="inline-flex min-h-6 items-center font-medium hover:underline">
                Version {version.version}
              </Link>
              {version.version === current ? (
                <Badge tone="ok" icon="check">
                  In force
                </Badge>
              ) : null}
              <span className="text-muted">
                {version.createdBy?.name ?? "Portal"}
                {version.createdAt ? (
                  <>
                    , <RelativeTime at={version.createdAt} />
                  </>
                ) : null}
              </span>
            </p>
            {version.note ? <HostileText text={version.note} lines={2} className="text-muted" /> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
