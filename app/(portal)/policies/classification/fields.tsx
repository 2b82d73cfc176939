"use client";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { riskClasses, type RiskClass } from "@/lib/classification/risk";

/** A control of a row with its name above. */
export function Cell({ name, className, children }: { name: string; className?: string; children: ReactNode }) {
  return (
    <label className={cn("grid min-w-0 content-start gap-0.5", className)}>
      <span className="text-xs text-muted">{name}</span>
      {children}
    </label>
  );
}

type TextProps = { name: string; control: string; value: string; onValue: (value: string) => void; placeholder?: string; mono?: boolean; className?: string; maxLength?: number };

export function TextCell({ name, control, value, onValue, placeholder, mono = true, className, maxLength }: TextProps) {
  return (
    <Cell name={name} className={className ?? ""}>
      <Input data-control={control} className={mono ? "font-mono" : ""} value={value} maxLength={maxLength} onChange={(event) => onValue(event.target.value)} placeholder={placeholder} autoComplete="off" autoCapitalize="none" spellCheck={!mono} />
    </Cell>
  );
}

/** Several, with commas between; they stay as they are typed until they are read. */
export function ListCell({ value, onValue, ...rest }: Omit<TextProps, "value" | "onValue"> & { value: readonly string[] | null; onValue: (value: string[] | null) => void }) {
  return <TextCell {...rest} value={value?.join(",") ?? ""} onValue={(text) => onValue(text === "" ? null : text.split(","))} />;
}

export function RiskCell<R extends RiskClass>({ name, control, value, from, onValue, className }: { name: string; control: string; value: R; from: readonly R[]; onValue: (risk: R) => void; className?: string }) {
  return (
    <Cell name={name} className={className ?? ""}>
      <Select
        data-control={control}
        value={value}
        onChange={(event) => {
          const chosen = from.find((risk) => risk === event.target.value);
          if (chosen) onValue(chosen);
        }}
      >
        {from.map((risk) => (
          <option key={risk}>{risk}</option>
        ))}
      </Select>
    </Cell>
  );
}

export const anyRisk = riskClasses;
export const raisedRisks = ["MEDIUM", "HIGH", "CRITICAL"] as const;
