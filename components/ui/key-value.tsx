import type { ReactNode } from "react";
import { cn } from "./cn";

interface KeyValueProps {
  items: readonly { term: string; detail: ReactNode }[];
  columns?: 1 | 2;
}

/** Facts about one thing, name beside value. */
export function KeyValue({ items, columns = 1 }: KeyValueProps) {
  return (
    <dl className={cn("grid gap-x-8", columns === 2 && "lg:grid-cols-2")}>
      {items.map((item) => (
        <div key={item.term} className="grid gap-x-4 border-b border-line py-1.5 last:border-b-0 sm:grid-cols-[9rem_1fr]">
          <dt className="text-muted">{item.term}</dt>
          <dd className="min-w-0 wrap-anywhere">{item.detail}</dd>
        </div>
      ))}
    </dl>
  );
}
