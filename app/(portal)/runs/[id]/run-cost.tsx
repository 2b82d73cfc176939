import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import { Money } from "@/components/ui/money";
import type { RunView } from "@/lib/runs/load";

/** What a run costs and how that comes about, down to the price of a second. */
export function RunCost({ run }: { run: RunView }) {
  const { currency, reservation } = run;
  const held = reservation?.status === "held";
  const unused = reservation && run.costMicros !== null && !held ? reservation.amountMicros - run.costMicros : null;
  const items = [
    { term: "Agent's estimate", detail: <Money micros={run.action.estimatedCostMicros} currency={currency} /> },
    ...(reservation ? [{ term: held ? "Reserved" : "Was reserved", detail: <Money micros={reservation.amountMicros} currency={currency} /> }] : []),
    { term: "Price", detail: <><Money micros={run.secondMicros} currency={currency} /> / s</> },
    {
      term: "Sandbox time",
      detail:
        run.wallTimeMs === null || run.costMicros === null ? (
          <span className="text-muted">{run.finishedAt ? "None was measured" : "Measured when it ends"}</span>
        ) : (
          <>
            {(run.wallTimeMs / 1000).toFixed(3)} s × <Money micros={run.secondMicros} currency={currency} />/s = <Money micros={run.costMicros} currency={currency} />
          </>
        ),
    },
    ...(run.costMicros === null ? [] : [{ term: "Charged", detail: <Money micros={run.costMicros} currency={currency} className="font-semibold" /> }]),
    ...(unused !== null && unused > 0 ? [{ term: "Given back", detail: <Money micros={unused} currency={currency} /> }] : []),
    ...(unused !== null && unused < 0 ? [{ term: "Above the reservation", detail: <Money micros={-unused} currency={currency} className="text-warn" /> }] : []),
  ];
  return (
    <Card title="Cost" footer="Whole milliseconds times the price of a second, rounded up to a millionth.">
      <KeyValue items={items} />
    </Card>
  );
}
