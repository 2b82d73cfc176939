"use client";
import { useState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";

type Box = { key: string; label: string; checked: boolean; onChange: (ticked: boolean) => void };

/** So many are seen at once; a longer list is looked through by name. */
const few = 12;
const mostShown = 60;

/** Boxes to tick; of many those that are ticked, and those whose name holds what is typed. `of`: what they are, in a word. */
export function FilteredBoxes({ of, boxes }: { of: string; boxes: readonly Box[] }) {
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const found = boxes.filter(({ label, checked }) => checked || label.toLowerCase().includes(wanted));
  const shown = found.slice(0, mostShown);
  return (
    <div className="grid min-w-0 gap-1">
      {boxes.length > few ? <Input type="search" aria-label={`Find among ${of}`} placeholder={`Find among ${boxes.length}`} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" /> : null}
      <div className="grid max-h-56 min-w-0 grid-cols-[repeat(auto-fill,minmax(min(100%,13rem),1fr))] gap-x-4 overflow-y-auto">
        {shown.map(({ key, label, checked, onChange }) => (
          <Checkbox key={key} className="min-w-0 wrap-anywhere" label={label} checked={checked} onChange={(event) => onChange(event.target.checked)} />
        ))}
      </div>
      {shown.length < found.length ? <p className="text-sm text-muted">{found.length - shown.length} more; type a name to find them.</p> : null}
    </div>
  );
}
