"use client";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { cn } from "./cn";

interface Tab {
  href: string;
  label: string;
  count?: string;
}

/** Views of one thing, each with an address of its own. */
export function Tabs({ label, items }: { label: string; items: readonly Tab[] }) {
  const pathname = usePathname();
  const search = useSearchParams();
  const current = items.find((item) => matches(item.href, pathname, search)) ?? items.find((item) => item.href === pathname);
  return (
    <nav aria-label={label} className="mb-4 overflow-x-auto border-b border-line">
      <ul className="flex gap-4">
        {items.map((item) => (
          <li key={item.href}>
            <Link
              href={item.href}
              aria-current={item === current ? "page" : undefined}
              className={cn(
                "-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent px-0.5 whitespace-nowrap text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2",
                item === current && "border-accent font-medium text-ink",
              )}
            >
              {item.label}
              {item.count === undefined ? null : (
                <span className="rounded-full bg-hover px-1.5 text-xs text-muted">{item.count}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** An href with a query is current when path and each of its parameters agree; one without, only by its exact path. */
function matches(href: string, pathname: string, search: URLSearchParams): boolean {
  const [path, query] = href.split("?");
  if (path !== pathname || query === undefined) return false;
  return [...new URLSearchParams(query)].every(([name, value]) => search.get(name) === value);
}
