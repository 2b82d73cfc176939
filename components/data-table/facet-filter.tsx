"use client";
import { useState } from "react";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Icon } from "../ui/icon";
import { Input } from "../ui/input";
import { Popover } from "../ui/popover";
import type { Facet } from "./columns";

const SEARCHED_ABOVE = 8;

interface FacetFilterProps {
  facet: Facet;
  chosen: readonly string[];
  onChoose: (values: readonly string[]) => void;
}

/** Narrows a list to any of several values. */
export function FacetFilter({ facet, chosen, onChoose }: FacetFilterProps) {
  const [text, setText] = useState("");
  const names = chosen.map((value) => facet.options.find((option) => option.value === value)?.label ?? value);
  const shown = facet.options.filter((option) => option.label.toLowerCase().includes(text.trim().toLowerCase()));

  return (
    <Popover
      label={`Filter by ${facet.label}`}
      className="w-60 p-2"
      trigger={
        <Button className={chosen.length > 0 ? "border-accent bg-accent-soft" : undefined}>
          {facet.label}
          {chosen.length > 0 ? (
            <span className="max-w-36 truncate font-normal text-accent">{names.length > 2 ? `${names.length} chosen` : names.join(", ")}</span>
          ) : null}
          <Icon name="chevron-down" className="-mr-1 text-muted" />
        </Button>
      }
    >
      {facet.options.length > SEARCHED_ABOVE ? (
        <Input aria-label={`Find in ${facet.label}`} placeholder="Find…" value={text} onChange={(event) => setText(event.target.value)} className="mb-2" />
      ) : null}
      <fieldset className="grid max-h-64 overflow-y-auto px-1">
        <legend className="sr-only">{facet.label}</legend>
        {shown.map((option) => (
          <Checkbox
            key={option.value}
            label={
              <span className="flex justify-between gap-4">
                <span className="wrap-anywhere">{option.label}</span>
                {option.count === undefined ? null : <span className="text-muted">{option.count.toLocaleString("en-US")}</span>}
              </span>
            }
            checked={chosen.includes(option.value)}
            onChange={(event) => onChoose(event.target.checked ? [...chosen, option.value] : chosen.filter((value) => value !== option.value))}
            className="flex min-h-8 items-center [&>span]:flex-1"
          />
        ))}
        {shown.length === 0 ? <p className="py-2 text-muted">Nothing matches.</p> : null}
      </fieldset>
      {chosen.length > 0 ? (
        <Button variant="ghost" size="sm" className="mt-1 w-full" onClick={() => onChoose([])}>
          Clear
        </Button>
      ) : null}
    </Popover>
  );
}
