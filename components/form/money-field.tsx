"use client";
import { useEffect, useRef, useState } from "react";
import { Input } from "../ui/input";
import { formatMicros, parseMoney, toDecimal } from "../ui/money-format";
import { Field, type FieldProps, useField } from "./field";

interface MoneyFieldProps extends FieldProps {
  currency: string;
  defaultMicros?: bigint | number;
  placeholder?: string;
}

/** An amount of money; sends integer micro-units under its name, and what was understood is shown beside it. */
export function MoneyField({ name, label, hint, required, currency, defaultMicros, placeholder }: MoneyFieldProps) {
  const link = useField(name, hint !== undefined);
  const [text, setText] = useState(defaultMicros === undefined ? "" : toDecimal(BigInt(defaultMicros)));
  const control = useRef<HTMLInputElement>(null);
  const micros = parseMoney(text, currency);
  const unclear = text.trim() !== "" && micros === null;

  useEffect(() => {
    control.current?.setCustomValidity(unclear ? "Write an amount such as 1,250.00, with a point before the decimals and at most six of them." : "");
  }, [unclear]);

  useEffect(() => {
    // A reset of the form empties the box without telling React.
    const form = control.current?.form;
    const reset = () => setText("");
    form?.addEventListener("reset", reset);
    return () => form?.removeEventListener("reset", reset);
  }, []);

  return (
    <Field link={link} label={label} hint={hint} required={required}>
      <div className="relative">
        <Input
          ref={control}
          id={link.id}
          data-field={name}
          required={required}
          inputMode="decimal"
          autoComplete="off"
          placeholder={placeholder}
          value={text}
          invalid={link.error !== undefined}
          aria-describedby={link.describedBy}
          className="pr-32"
          onChange={(event) => setText(event.target.value)}
        />
        <span className="pointer-events-none absolute inset-y-0 right-2.5 flex max-w-28 items-center truncate text-sm text-muted">
          {micros === null ? currency : formatMicros(micros, currency)}
        </span>
      </div>
      <input type="hidden" name={name} value={micros === null ? "" : micros.toString()} />
    </Field>
  );
}
