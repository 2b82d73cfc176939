import type { SubmitActionInput } from "@/lib/actions/schemas";

/** A look-up that the policy allows: what agents do most. */
export const allowedInput: SubmitActionInput = {
  tool: "crm.contacts.read",
  operation: "execute",
  resource: "contacts/4711",
  arguments: { id: 4711, fields: ["name", "company", "email"], reason: "quarterly review of open invoices" },
  estimatedCostMicros: 1_200,
  purpose: "Look up who signs for the customer",
};
