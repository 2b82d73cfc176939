/** A month of expense lines: some thousand rows whose totals the test computes by itself, in cents. */
export function expenseLines(rows: number): { csv: string; totals: Record<string, number> } {
  const categories = ["travel", "meals", "hotel", "equipment"];
  const totals: Record<string, number> = {};
  const lines = ["date,employee,category,amount"];
  for (let i = 0; i < rows; i++) {
    const category = categories[(i * 7) % categories.length] ?? "travel";
    const cents = 100 + ((i * 7919) % 25_000);
    totals[category] = (totals[category] ?? 0) + cents;
    lines.push(`2026-10-${String((i % 28) + 1).padStart(2, "0")},E${1000 + (i % 120)},${category},${(cents / 100).toFixed(2)}`);
  }
  return { csv: `${lines.join("\n")}\n`, totals };
}

/** Sums the lines by category, tells how far it is, and leaves a file. */
export const sumExpenses = `
import collections, csv, os, time
from decimal import Decimal
totals = collections.Counter()
for n, row in enumerate(csv.DictReader(open("expenses.csv")), 1):
    totals[row["category"]] += Decimal(row["amount"])
    if n % 1000 == 0:
        print(f"read {n} lines", flush=True)
        time.sleep(0.4)
os.makedirs("out", exist_ok=True)
with open("out/totals.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["category", "total"])
    writer.writerows(sorted(totals.items()))
print("done", flush=True)
`;
