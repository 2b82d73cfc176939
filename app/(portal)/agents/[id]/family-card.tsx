import Link from "next/link";
import { Card } from "@/components/ui/card";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import { loadFamily } from "@/lib/agents/family";
import { requireSession } from "@/lib/ctx/session";
import { agentKindLabel } from "../labels";

type Props = { agentId: string; currency: string; viewApprovals: boolean };

/** Whose child the agent is, and the agents below it: its own children until when and with how much money. */
export async function FamilyCard({ agentId, currency, viewApprovals }: Props) {
  const { born, below, more } = await loadFamily(await requireSession(), { id: agentId });
  if (!born && below.length === 0) return null;
  return (
    <Card title="Family" description="Agents that this one was made by, and those that it manages. A child never may more than the agents above it." flush>
      {born ? (
        <p className="border-b border-line px-4 py-3 last:border-b-0">
          Child of{" "}
          <Link href={`/agents/${born.parentId}`} className="text-accent hover:underline">
            <HostileText inline text={born.parentName} />
          </Link>
          , with <Money micros={born.budgetMicros} currency={currency} /> to spend in all. {born.endedAt ? "It ended " : "It ends "}
          <ExactTime at={born.endedAt ?? born.endsAt} />.{" "}
          {born.claimedAt ? null : "Its parent has not fetched its key yet. "}
          {viewApprovals ? (
            <Link href={`/approvals/${born.approvalId}`} className="text-accent hover:underline">
              The request that made it
            </Link>
          ) : null}
        </p>
      ) : null}
      {below.length > 0 ? (
        <ul className="divide-y divide-line">
          {below.map((one) => (
            <li key={one.id}>
              <Link href={`/agents/${one.id}`} className="grid gap-0.5 px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2">
                <span className="flex min-w-0 items-center justify-between gap-3">
                  <HostileText inline text={one.name} className="truncate font-medium" />
                  <StatusBadge status={one.status} />
                </span>
                <span className="text-sm text-muted">
                  {agentKindLabel(one.kind)}
                  {one.endsAt && one.budgetMicros !== null ? (
                    <>
                      , its child with <Money micros={one.budgetMicros} currency={currency} />, {one.status === "retired" ? "until " : "ends "}
                      <RelativeTime at={one.endsAt} />
                    </>
                  ) : (
                    ", managed by it"
                  )}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
      {more > 0 ? <p className="border-t border-line px-4 py-2 text-muted">And {more.toLocaleString("en-US")} more.</p> : null}
    </Card>
  );
}
