import Link from "next/link";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { RiskBadge } from "@/components/ui/risk-badge";
import { countText } from "@/lib/approvals/counted-to";
import { pendingForMe } from "@/lib/approvals/pending-for-me";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { myQueue } from "@/lib/home/my-queue";
import { kindLabels } from "../approvals/words";

/** What waits for this person's decision, the riskiest first. */
export async function QueueCard({ ctx, currency }: { ctx: PersonCtx; currency: string }) {
  const [rows, waiting] = await Promise.all([myQueue(ctx, { limit: 6 }), pendingForMe(ctx)]);
  return (
    <Card
      title="Waits for you"
      description={waiting > 0 ? `${countText(waiting)} ${waiting === 1 ? "request" : "requests"}, the riskiest first` : undefined}
      flush
      actions={waiting > 0 ? <ButtonLink size="sm" variant="primary" href="/approvals">Open the queue</ButtonLink> : undefined}
    >
      {rows.length === 0 ? (
        <EmptyState icon="approvals" title="Nothing waits for you">
          When an agent asks for something that its policy leaves to a person, it appears here and in Approvals at once.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((row) => (
            <li key={row.id} className="relative flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 transition-colors hover:bg-hover">
              <span className="w-20 shrink-0">
                <RiskBadge risk={row.risk} />
              </span>
              <div className="min-w-0 flex-1 basis-48">
                <Link href={`/approvals/${row.id}`} className="font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent">
                  {row.tool ? <HostileText inline text={row.tool} /> : kindLabels[row.kind]}
                </Link>
                <p className="text-sm text-muted">
                  <HostileText inline text={row.agentName && !row.why.startsWith(row.agentName) ? `${row.agentName}: ${row.why}` : row.why} className="line-clamp-1" />
                </p>
              </div>
              <span className="flex items-baseline gap-3 max-sm:w-full max-sm:justify-between">
                <Money micros={row.amountMicros} currency={currency} />
                <span className="text-sm text-muted sm:w-24 sm:text-right">
                  ends <RelativeTime at={row.expiresAt} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
