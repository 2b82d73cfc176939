"use client";
import { type FormEvent, useId } from "react";
import { useSearchState } from "@/components/data-table/use-search-state";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { Popover } from "@/components/ui/popover";

const fields = [
  { name: "ip", label: "IP address", placeholder: "192.0.2.1" },
  { name: "request", label: "Request id" },
  { name: "resource", label: "Resource id" },
] as const;

/** Filters that are typed rather than chosen. Those in force show beside the others. */
export function MoreFilters() {
  const id = useId();
  const { search, change } = useSearchState();

  function apply(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = Object.fromEntries(fields.map(({ name }) => [name, String(form.get(name) ?? "").trim() || null]));
    change({ ...typed, after: null, before: null });
  }

  return (
    <Popover label="More filters" className="w-72 p-3" trigger={<Button icon="filter">More</Button>}>
      <form onSubmit={apply} className="grid gap-2">
        {fields.map((field) => (
          <div key={field.name} className="grid gap-1">
            <Label htmlFor={`${id}-${field.name}`}>{field.label}</Label>
            <Input id={`${id}-${field.name}`} name={field.name} defaultValue={search.get(field.name) ?? ""} maxLength={200} autoComplete="off" placeholder={"placeholder" in field ? field.placeholder : undefined} />
          </div>
        ))}
        <Button type="submit" variant="primary" className="mt-1">
          Apply
        </Button>
      </form>
    </Popover>
  );
}
