"use client";
import { Checkbox } from "@/components/ui/checkbox";
import { FilteredBoxes } from "./filtered-boxes";

type Option<T extends string> = { value: T; label: string };
type Props<T extends string> = {
  legend: string;
  /** What no restriction is called: 'Every kind'. */
  every: string;
  /** How one that is not among the options any more is called. */
  gone: string;
  options: readonly Option<T>[];
  /** Null: not restricted. */
  value: readonly T[] | null;
  onValue: (value: T[] | null) => void;
};

/** All of something, or those of it that are ticked. */
export function SeveralCell<T extends string>({ legend, every, gone, options, value, onValue }: Props<T>) {
  const lost = (value ?? []).filter((one) => !options.some((option) => option.value === one)).map((one) => ({ value: one, label: gone }));
  const toggle = (one: T, ticked: boolean) => {
    const next = ticked ? [...(value ?? []), one] : (value ?? []).filter((other) => other !== one);
    // In the order of the options, so that ticking back and forth is no change.
    const inOrder = [...options, ...lost].flatMap((option) => (next.includes(option.value) ? [option.value] : []));
    onValue(inOrder.length > 0 ? inOrder : null);
  };
  return (
    <fieldset className="min-w-0">
      <legend className="text-xs text-muted">{legend}</legend>
      <Checkbox label={every} checked={value === null} disabled={value === null} onChange={() => onValue(null)} />
      <FilteredBoxes
        of={legend.toLowerCase()}
        boxes={[...options, ...lost].map(({ value: one, label }) => ({ key: one, label, checked: value?.includes(one) ?? false, onChange: (ticked) => toggle(one, ticked) }))}
      />
    </fieldset>
  );
}
