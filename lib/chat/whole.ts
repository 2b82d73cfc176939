import type { ApprovalRow } from "@/lib/approvals/row";
import { isSandboxTool } from "@/lib/actions/sandbox-arguments";
import { formatAmount } from "@/lib/budgets/amount";
import { escapeSlack, mostOfSection } from "./format";
import { plainLine } from "./plain";

const most = 1_500;

type Asked = { kind: ApprovalRow["kind"]; tool: string | null; operation: string | null; resource: string | null; arguments: string | null; limits: string | null; amountMicros: number; currency: string | null };

/**
 * All that a decision on an action is about, as one line; null where a chat does not show all of it: what is long, holds a
 * secret, signs that cannot be seen or several lines, is a program, or was narrowed. Nobody decides on what they were not shown.
 * Each part is written as JSON, so that what an agent wrote in one of them cannot pass for another.
 */
export function wholeOf({ kind, tool, operation, resource, arguments: given, limits, amountMicros, currency }: Asked): string | null {
  if (kind !== "action" || tool === null || given === null || currency === null || limits !== null || isSandboxTool(tool)) return null;
  const named = [["tool", tool], ["operation", operation], ["on", resource]].flatMap(([what, value]) => (value ? [`${what} ${JSON.stringify(value)}`] : []));
  const whole = `${[...named, `with ${given}`].join(", ")}, for up to ${formatAmount(amountMicros, currency).replaceAll(/\s/g, " ")}`;
  const shown = plainLine(whole, most);
  return shown === whole.replaceAll("://", "[:]//") && escapeSlack(shown).length <= mostOfSection ? shown : null;
}
