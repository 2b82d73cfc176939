/** What must never be, and was. */
export type Violation = {
  kind:
    | "over_cap"
    | "false_refusal"
    | "uncovered"
    | "double_settle"
    | "wrong_settlement"
    | "duplicate"
    | "lost_ack"
    | "wrong_answer"
    | "order"
    | "chain"
    | "sums"
    | "fault";
  message: string;
};

export const violation = (kind: Violation["kind"], message: string): Violation => ({ kind, message });
