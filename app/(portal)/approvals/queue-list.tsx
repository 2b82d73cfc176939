"use client";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import type { Ref } from "react";
import type { Facet } from "@/components/data-table/columns";
import { FacetFilter } from "@/components/data-table/facet-filter";
import { Pager } from "@/components/data-table/pager";
import { useTableUrl } from "@/components/data-table/use-table-url";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { RiskBadge } from "@/components/ui/risk-badge";
import type { QueuedApproval } from "@/lib/approvals/queue";
import { kindLabels } from "./words";

interface QueueListProps {
  ref: Ref<HTMLUListElement>;
  rows: QueuedApproval[];
  page: { next: string | null; previous: string | null };
  facets: Facet[];
  currentId: string | null;
  me: string;
  currency: string;
  hrefOf: (row: QueuedApproval) => string;
}

const noneAlike = { title: "None of these is left", text: "Each of the look-alikes was decided or has ended." };
const noneMatches = { title: "Nothing matches", text: "No request that waits fits these filters." };
const noneWaits = { title: "Nothing waits for you", text: "What an agent may not do without a person appears here by itself." };

/** What waits, narrowed by the filters in the address. */
export function QueueList({ ref, rows, page, facets, currentId, me, currency, hrefOf }: QueueListProps) {
  const url = useTableUrl(facets, undefined);
  const isAlike = useSearchParams().has("alike");
  const empty = isAlike ? noneAlike : url.filtered ? noneMatches : noneWaits;
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div role="toolbar" aria-label="Queue filters" className="flex flex-wrap gap-1.5 border-b border-line p-2">
        {facets.map((facet) => (
          <FacetFilter key={facet.id} facet={facet} chosen={url.chosen(facet.id)} onChoose={(values) => url.choose(facet.id, values)} />
        ))}
        {url.filtered ? (
          <Button variant="ghost" icon="x" onClick={url.clear}>
            Clear
          </Button>
        ) : null}
      </div>
      {rows.length === 0 ? (
        <EmptyState icon="check-circle" title={empty.title}>
          {empty.text}
        </EmptyState>
      ) : (
        <ul ref={ref} aria-label="Requests that wait" aria-busy={url.pending} className={cn("divide-y divide-line lg:max-h-[calc(100dvh-14rem)] lg:overflow-y-auto", url.pending && "opacity-60")}>
          {rows.map((row) => (
            <li key={row.id}>
              <QueueItem row={row} current={row.id === currentId} own={row.requesterPersonId === me} currency={currency} href={hrefOf(row)} />
            </li>
          ))}
        </ul>
      )}
      {page.next || page.previous ? <Pager shown={rows.length} page={page} size={url.size} onTurn={url.turn} onSize={url.setSize} /> : null}
    </div>
  );
}

interface QueueItemProps {
  row: QueuedApproval;
  current: boolean;
  own: boolean;
  currency: string;
  href: string;
}

function QueueItem({ row, current, own, currency, href }: QueueItemProps) {
  return (
    <Link
      href={href}
      prefetch={false}
      scroll={false}
      data-id={row.id}
      aria-current={current ? "true" : undefined}
      className={cn(
        "block min-h-16 border-l-2 border-transparent px-3 py-2 transition-colors hover:bg-hover focus-visible:-outline-offset-2",
        current && "border-accent bg-accent-soft",
      )}
    >
      <span className="flex items-center gap-1.5">
        <RiskBadge risk={row.risk} />
        {row.kind === "action" ? null : <Badge tone="info">{kindLabels[row.kind]}</Badge>}
        {row.alike > 1 ? (
          <Badge tone="warn" icon="layers">
            {row.alike.toLocaleString("en-US")} alike
          </Badge>
        ) : null}
        {own ? <Badge icon="user">Yours</Badge> : null}
        <span className="ml-auto text-sm text-muted">
          <RelativeTime at={row.createdAt} />
        </span>
      </span>
      <span className="mt-1 flex items-baseline gap-3">
        <span className="line-clamp-1 min-w-0 flex-1 font-medium">
          {row.tool ? <HostileText inline text={`${row.tool} ${row.operation ?? ""}`} /> : kindLabels[row.kind]}
        </span>
        <Money micros={row.amountMicros} currency={currency} className="shrink-0" />
      </span>
      <span className="line-clamp-1 text-sm break-all text-muted">
        <HostileText inline text={row.agentName ?? row.requesterName ?? "unknown"} />
        {row.resource ? (
          <>
            {" · "}
            <HostileText inline text={row.resource.slice(0, 120)} />
          </>
        ) : null}
      </span>
    </Link>
  );
}
