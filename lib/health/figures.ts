import { database } from "@/lib/database";
import { within } from "./within";

/** A count or an age over the whole installation, as `gate_figures()` names it. */
export type Figure = { figure: string; label: string; value: number };

export type Figures = {
  list: readonly Figure[];
  /** The value of a figure; 0 where nothing was counted. */
  of: (figure: string, label?: string) => number;
};

/** What waits over all organizations, without a name or an id. @throws when the database does not answer in time. */
export async function figures(timeoutMs = 5_000): Promise<Figures> {
  const rows = await within(timeoutMs, database().sql<Figure[]>`select figure, label, value from gate_figures()`);
  const list = rows.map(({ figure, label, value }) => ({ figure, label, value: Math.max(0, value) }));
  return { list, of: (figure, label = "") => list.find((row) => row.figure === figure && row.label === label)?.value ?? 0 };
}
