import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { HostileText } from "@/components/ui/hostile-text";
import { Meter } from "@/components/ui/meter";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ListedBudget } from "@/lib/budgets/list";
import { periodLabels, scopeLabels } from "./words";

const indents = ["", "lg:pl-6", "lg:pl-12", "lg:pl-18"];

/** One budget in the tree, with what is used of it. */
export function BudgetRow({ budget, currency }: { budget: ListedBudget; currency: string }) {
  return (
    <Link
      href={`/budgets/${budget.id}`}
      className="grid gap-x-6 gap-y-2 px-4 py-3 transition-colors hover:bg-hover focus-visible:-outline-offset-2 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)_8rem] lg:items-center"
    >
      <span className={`min-w-0 ${indents[Math.min(budget.depth, 3)] ?? ""}`}>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">
            <HostileText inline text={budget.scopeName} />
          </span>
          <Badge>{scopeLabels[budget.scopeType]}</Badge>
          {budget.hard ? null : <Badge icon="info">Soft</Badge>}
        </span>
        <span className="block text-sm text-muted">
          {periodLabels[budget.period]}
          {budget.above.length > 0 ? (
            <>
              {" · "}
              <HostileText inline text={budget.above.join(" / ")} />
            </>
          ) : null}
          {budget.raisedMicros > 0 ? (
            <>
              {" · raised by "}
              <Money micros={budget.raisedMicros} currency={currency} />
            </>
          ) : null}
        </span>
      </span>
      <Meter
        label={`${periodLabels[budget.period]} budget of ${budget.scopeName}`}
        spent={budget.spentMicros}
        reserved={budget.reservedMicros}
        cap={budget.capMicros + budget.raisedMicros}
        currency={currency}
        thresholdPercent={budget.thresholds[0]}
      />
      <span className="text-sm text-muted lg:text-right">
        resets <RelativeTime at={budget.resetsAt} />
      </span>
    </Link>
  );
}
