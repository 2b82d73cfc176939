"use client";
import { memo, useId, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { type DraftList, type DraftTool, listOf } from "./draft";
import type { RowNote } from "./effects";

const modes = [
  { value: "allowed", label: "Allowed" },
  { value: "approval", label: "Ask a person" },
  { value: "blocked", label: "Blocked" },
] as const;

export const lists = [
  { name: "paths", one: "path", label: "Paths", hint: "One a line, as /data/reports/*. * stands for any characters, / included." },
  { name: "domains", one: "domain", label: "Domains", hint: "One a line, as api.example.com, or *.example.com for one label below it." },
  { name: "operations", one: "operation", label: "Operations", hint: "One a line, as read or delete." },
] as const;

type Props = { row: DraftTool; at: number; note: RowNote | undefined; readOnly: boolean; onChange: (id: number, change: Partial<DraftTool> | null) => void };

/** One row of the grid; what it may be used on opens below it. Drawn again only when it changes itself. */
export const ToolRow = memo(function ToolRow({ row, at, note, readOnly, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const set = (change: Partial<DraftTool>) => onChange(row.id, change);
  const cell = "p-1.5 max-sm:p-0";
  return (
    <>
      <tr className="border-t border-line align-top max-sm:grid max-sm:grid-cols-[3fr_2fr_auto] max-sm:gap-1.5 max-sm:p-2">
        <td className={`${cell} max-sm:col-span-2`}>
          <Input aria-label={`Tool, row ${at + 1}`} className="font-mono" spellCheck={false} autoCapitalize="none" readOnly={readOnly} value={row.tool} placeholder="crm.read" onChange={(event) => set({ tool: event.target.value })} />
          {note && (note.idle || note.notes.length > 0) ? (
            <p className="mt-1 flex flex-wrap items-center gap-1.5 text-sm text-muted">
              <Badge tone={note.idle ? "neutral" : "warn"} icon={note.idle ? "info" : "warning"}>
                {note.idle ? "No effect" : "Narrower above"}
              </Badge>
              <span className="wrap-anywhere">{note.notes.join("; ")}</span>
            </p>
          ) : null}
        </td>
        <td className={cell}>
          <PhoneLabel>Mode</PhoneLabel>
          <Select aria-label={`Mode, row ${at + 1}`} disabled={readOnly} value={row.mode} onChange={(event) => set({ mode: modes.find((mode) => mode.value === event.target.value)?.value ?? row.mode })}>
            {modes.map((mode) => (
              <option key={mode.value} value={mode.value}>
                {mode.label}
              </option>
            ))}
          </Select>
        </td>
        <td className={`${cell} max-sm:col-span-2`}>
          <PhoneLabel>Rate</PhoneLabel>
          <Input aria-label={`Rate, row ${at + 1}`} placeholder="any rate" spellCheck={false} readOnly={readOnly} value={row.rate} onChange={(event) => set({ rate: event.target.value })} />
        </td>
        <td className={cell}>
          <PhoneLabel>Ceiling of one call</PhoneLabel>
          <Input aria-label={`Ceiling, row ${at + 1}`} inputMode="decimal" placeholder="any cost" readOnly={readOnly} value={row.ceiling} onChange={(event) => set({ ceiling: event.target.value })} />
        </td>
        <td className={`${cell} max-sm:col-span-2`}>
          <PhoneLabel>Used on</PhoneLabel>
          <Button variant="ghost" className="w-full justify-start text-left" aria-expanded={open} aria-controls={id} aria-label={`Used on, row ${at + 1}: ${summary(row)}`} icon={open ? "chevron-up" : "chevron-down"} onClick={() => setOpen(!open)}>
            <span className="truncate">{summary(row)}</span>
          </Button>
        </td>
        <td className={`${cell} text-center max-sm:col-start-3 max-sm:row-start-1`}>{readOnly ? null : <IconButton icon="trash" label={`Remove row ${at + 1}`} onClick={() => onChange(row.id, null)} />}</td>
      </tr>
      {open ? (
        <tr id={id} className="max-sm:block">
          <td colSpan={6} className="px-3 pb-3 max-sm:block">
            <div className="grid gap-3 rounded-md bg-sunken p-3 sm:grid-cols-3">
              {lists.map((list) => (
                <ListField key={list.name} list={list} at={at} value={row[list.name]} readOnly={readOnly} onChange={(value) => set({ [list.name]: value })} />
              ))}
            </div>
          </td>
        </tr>
      ) : null}
    </>
  );
});

/** What the table's head says, where there is no room for one. The control has its name already. */
function PhoneLabel({ children }: { children: string }) {
  return (
    <span aria-hidden className="text-xs text-muted sm:hidden">
      {children}
    </span>
  );
}

type ListProps = { list: (typeof lists)[number]; at: number; value: DraftList; readOnly: boolean; onChange: (value: DraftList) => void };

function ListField({ list, at, value, readOnly, onChange }: ListProps) {
  const id = useId();
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {list.label}
      </label>
      <Select id={id} aria-label={`${list.label}, row ${at + 1}`} disabled={readOnly} value={value.limited ? "these" : "any"} onChange={(event) => onChange({ ...value, limited: event.target.value === "these" })}>
        <option value="any">Any</option>
        <option value="these">Only these</option>
      </Select>
      {value.limited ? (
        <>
          <Textarea aria-label={`${list.label} that are allowed, row ${at + 1}`} rows={4} className="font-mono text-sm" spellCheck={false} readOnly={readOnly} value={value.text} onChange={(event) => onChange({ ...value, text: event.target.value })} />
          <p className="text-sm text-muted">{listOf(value)?.length === 0 ? `While this is empty, no ${list.one} is allowed.` : list.hint}</p>
        </>
      ) : null}
    </div>
  );
}

function summary(row: DraftTool): string {
  const said = lists.flatMap(({ name, one }) => {
    const patterns = listOf(row[name]);
    if (patterns === null) return [];
    return [patterns.length === 0 ? `no ${one}` : patterns.length === 1 ? `1 ${one}` : `${patterns.length} ${one}s`];
  });
  return said.join(", ") || "Anything";
}
