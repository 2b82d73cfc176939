"use client";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useRef } from "react";
import { cn } from "./cn";

interface Tab {
  href: string;
  label: string;
  count?: string;
}

/** Views of one thing, each with an address of its own. What lies below a view belongs to it. */
export function Tabs({ label, items }: { label: string; items: readonly Tab[] }) {
  const pathname = usePathname();
  const search = useSearchParams();
  const current = items.find((item) => matches(item.href, pathname, search)) ?? items.find((item) => item.href === pathname);
  const around = current ?? items.filter((item) => pathname.startsWith(`${item.href}/`)).toSorted((a, b) => b.href.length - a.href.length)[0];
  const line = useRef<HTMLElement>(null);
  // On a phone there are more than fit: the one that is open has to be seen, and nothing but this line may move for it.
  useEffect(() => {
    const [whole, open] = [line.current, line.current?.querySelector("[aria-current]")];
    if (!whole || !open) return;
    const [outer, inner] = [whole.getBoundingClientRect(), open.getBoundingClientRect()];
    if (inner.left < outer.left || inner.right > outer.right) whole.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
  }, [around?.href]);
  return (
    <nav ref={line} aria-label={label} className="mb-4 overflow-x-auto border-b border-line">
      <ul className="flex gap-4">
        {items.map((item) => (
          <li key={item.href}>
            <Link
              href={item.href}
              aria-current={item === current ? "page" : item === around ? "true" : undefined}
              className={cn(
                "-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent px-0.5 whitespace-nowrap text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2",
                item === around && "border-accent font-medium text-ink",
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
