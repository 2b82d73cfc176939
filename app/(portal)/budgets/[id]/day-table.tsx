import { Card } from "@/components/ui/card";
import { Money } from "@/components/ui/money";

interface DayTableProps {
  days: { day: string; actions: number; spentMicros: number; soFarMicros: number }[];
  capMicros: number;
  currency: string;
  /** Of all days: what counts against the cap, and what came above it. */
  total: number;
}

/** Day by day, the newest first, with a sum that agrees with the figures above. */
export function DayTable({ days, capMicros, currency, total }: DayTableProps) {
  const money = (micros: number) => <Money micros={micros} currency={currency} />;
  return (
    <Card flush title="Day by day">
      <div role="region" aria-label="Spending day by day" tabIndex={0} className="max-h-[32rem] overflow-auto">
        <table className="w-full text-right">
          <thead className="sticky top-0 bg-sunken text-sm text-muted">
            <tr>
              {["Day", "Actions", "Spent", "So far", "Of the cap"].map((header) => (
                <th key={header} scope="col" className="px-3 py-2 font-medium whitespace-nowrap first:pl-4 first:text-left last:pr-4">
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((day) => (
              <tr key={day.day} className="border-t border-line">
                <th scope="row" className="px-3 py-1.5 pl-4 text-left font-normal whitespace-nowrap">
                  {day.day}
                </th>
                <td className="px-3 py-1.5">{day.actions.toLocaleString("en-US")}</td>
                <td className="px-3 py-1.5">{money(day.spentMicros)}</td>
                <td className="px-3 py-1.5">{money(day.soFarMicros)}</td>
                <td className="px-3 py-1.5 pr-4 text-muted">{capMicros > 0 ? `${percent(day.soFarMicros, capMicros)}%` : "–"}</td>
              </tr>
            ))}
          </tbody>
          <tfoot className="sticky bottom-0 bg-surface font-semibold">
            <tr className="border-t border-line-strong">
              <th scope="row" className="px-3 py-2 pl-4 text-left">
                Sum
              </th>
              <td className="px-3 py-2">{days.reduce((sum, day) => sum + day.actions, 0).toLocaleString("en-US")}</td>
              <td className="px-3 py-2">{money(total)}</td>
              <td colSpan={2} />
            </tr>
          </tfoot>
        </table>
      </div>
    </Card>
  );
}

function percent(part: number, whole: number): string {
  return ((BigInt(part) * 100n) / BigInt(whole)).toString();
}
