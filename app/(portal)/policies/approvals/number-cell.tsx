"use client";
import { useState } from "react";
import { Input } from "@/components/ui/input";
import { Cell } from "../classification/fields";

type Props = { name: string; value: number | null; min: number; max: number; /** Nothing typed is an answer too. */ optional?: boolean; onValue: (value: number | null) => void };

/** A whole number, as it is typed: while the field is empty or out of bounds, what it said before holds, and it says so. */
export function NumberCell({ name, value, min, max, optional = false, onValue }: Props) {
  const [typing, setTyping] = useState<string | null>(null);
  const text = typing ?? String(value ?? "");
  const fits = (typed: string) => (typed === "" ? optional : /^\d{1,9}$/.test(typed) && Number(typed) >= min && Number(typed) <= max);
  return (
    <Cell name={name}>
      <Input
        inputMode="numeric"
        autoComplete="off"
        value={text}
        invalid={!fits(text)}
        title={`${min} to ${max.toLocaleString("en-US")}`}
        onChange={(event) => {
          const typed = event.target.value.trim();
          setTyping(typed);
          if (fits(typed)) onValue(typed === "" ? null : Number(typed));
        }}
        onBlur={() => setTyping(null)}
      />
    </Cell>
  );
}
