"use client";
import { useState } from "react";
import { Input } from "@/components/ui/input";
import { formatMicros, parseMoney } from "@/components/ui/money-format";
import { unreadAmount } from "@/lib/approval-policies/terms";
import { Cell } from "../classification/fields";

type Props = { name: string; micros: number | null; currency: string; /** What an empty field says. */ empty: number | null; onValue: (micros: number | null) => void };

/** An amount, as a person types it. What is no amount stays visible, and says that it cannot be read. */
export function MoneyCell({ name, micros, currency, empty, onValue }: Props) {
  const [typed, setTyped] = useState<{ text: string; micros: number | null } | null>(null);
  // What was typed is shown as long as it is what the rule says.
  const text = typed && typed.micros === micros ? typed.text : micros === null || micros === unreadAmount ? "" : formatMicros(micros, currency);
  return (
    <Cell name={name}>
      <Input
        inputMode="decimal"
        value={text}
        invalid={micros === unreadAmount}
        onChange={(event) => {
          const read = event.target.value.trim() === "" ? empty : Number(parseMoney(event.target.value, currency) ?? unreadAmount);
          setTyped({ text: event.target.value, micros: read });
          onValue(read);
        }}
        autoComplete="off"
      />
      {micros === unreadAmount ? <span className="text-sm text-danger">This is no amount, such as 1.50.</span> : null}
    </Cell>
  );
}
