"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "../ui/cn";
import { Icon } from "../ui/icon";
import { byGroup, currentItem, type NavItem } from "./nav";

/** The places one may go to, by group; the current one is marked. */
export function NavList({ items, onFollow }: { items: readonly NavItem[]; onFollow?: () => void }) {
  const current = currentItem(items, usePathname());
  return (
    <nav aria-label="Main" className="grid content-start gap-4">
      {byGroup(items).map(({ group, items: members }) => (
        <div key={group}>
          <p className="px-2 pb-1 text-xs font-medium text-subtle">{group}</p>
          <ul className="grid gap-px">
            {members.map((item) => (
              <li key={item.href}>
                <Link
                  href={item.href}
                  onClick={onFollow}
                  aria-current={item === current ? "page" : undefined}
                  className={cn(
                    "flex h-8 items-center gap-2.5 rounded-md px-2 text-muted transition-colors hover:bg-hover hover:text-ink max-lg:h-10",
                    item === current && "bg-hover font-medium text-ink [&>svg]:text-accent",
                  )}
                >
                  <Icon name={item.icon} />
                  <span className="min-w-0 flex-1 truncate">{item.label}</span>
                  {item.badge ? (
                    <span className="min-w-5 rounded-full bg-accent px-1.5 text-center text-xs font-medium text-on-accent">
                      {item.badge > 99 ? "99+" : item.badge}
                      <span className="sr-only"> waiting</span>
                    </span>
                  ) : null}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
