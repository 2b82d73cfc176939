"use client";
import { useState } from "react";
import { Input } from "@/components/ui/input";
import { formatMicros, parseMoney } from "@/components/ui/money-format";
import { Cell } from "../classification/fields";

/** An amount, as a person types it; what is no amount stays visible and counts as nothing. */
export function MoneyCell({ name, micros, currency, onValue }: { name: string; micros: number | null; currency: string; onValue: (micros: number | null) => void }) {
  const [text, setText] = useState(micros === null ? "" : formatMicros(micros, currency));
  const read = text === "" ? null : parseMoney(text, currency);
  return (
    <Cell name={name}>
      <Input
        inputMode="decimal"
        value={text}
        invalid={text !== "" && read === null}
        onChange={(event) => {
          setText(event.target.value);
          const typed = event.target.value === "" ? null : parseMoney(event.target.value, currency);
          onValue(typed === null ? null : Number(typed));
        }}
        autoComplete="off"
      />
    </Cell>
  );
}
