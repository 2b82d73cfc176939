import type { SubmitActionInput } from "@/lib/actions/schemas";

/**
 * Below HIGH no rule can put these: what speaks to people outside, moves money or changes central tables. `first`: as the
 * first word of the tool's name. `anywhere`: also later, as in crm.email.send or stripe_refund_create.
 */
const floors: readonly { first: ReadonlySet<string>; anywhere: ReadonlySet<string>; because: string; mayRead: boolean }[] = [
  {
    first: new Set(["mail", "email", "message", "messages", "sms", "slack", "teams", "social", "communication", "communications", "gmail", "outlook", "smtp", "twilio", "sendgrid", "whatsapp", "telegram", "discord"]),
    anywhere: new Set(["mail", "email", "emails", "sms", "smtp"]),
    because: "communicates with people outside",
    mayRead: false,
  },
  {
    first: new Set(["payment", "payments", "pay", "bank", "banking", "transfer", "transfers", "refund", "refunds", "payout", "payouts", "stripe", "paypal", "sepa", "wire"]),
    anywhere: new Set(["payment", "payments", "refund", "refunds", "payout", "payouts"]),
    because: "moves money",
    mayRead: false,
  },
  { first: new Set(["database", "databases", "db", "sql", "ledger"]), anywhere: new Set(["database", "sql", "ledger"]), because: "may change central data", mayRead: true },
];

const readWords = new Set(["read", "get", "list", "search", "select"]);

/** Why an action is never below HIGH; null where it may be. */
export function floorOf({ tool, operation }: Pick<SubmitActionInput, "tool" | "operation">): string | null {
  const words = tool.toLowerCase().split(/[^a-z0-9]+/);
  const [first = ""] = words;
  const last = words.at(-1) ?? "";
  if (first === "sandbox") return null;
  const isNamedRead = readWords.has(last) || (words.length === 2 && readWords.has(first));
  for (const floor of floors) {
    // The operation is the agent's own word, so the tool's name must say the same.
    if (floor.first.has(first) && !(floor.mayRead && isNamedRead && readWords.has(operation.toLowerCase()))) return floor.because;
    if (!isNamedRead && words.some((word) => floor.anywhere.has(word))) return floor.because;
  }
  return null;
}
