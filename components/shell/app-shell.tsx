import Link from "next/link";
import type { ReactNode } from "react";
import { Icon } from "../ui/icon";
import { AccountMenu } from "./account-menu";
import { BrandMark } from "./brand";
import { CommandPalette } from "./command-palette";
import { MobileNav } from "./mobile-nav";
import type { NavItem } from "./nav";
import { NavList } from "./nav-list";
import { ShortcutHelp } from "./shortcut-help";

interface AppShellProps {
  organization: { name: string };
  person: { name: string; email: string; role: string };
  /** Only what this person may see. */
  nav: readonly NavItem[];
  /** Places below those of the side bar, which are found by name. */
  further: readonly NavItem[];
  notices: { href: string; count: number };
  accountHref: string;
  signOut: () => Promise<void>;
  /** Something that concerns the whole portal right now. */
  banner?: ReactNode;
  children: ReactNode;
}

/** The frame around every page behind a session. */
export function AppShell({ organization, person, nav, further, notices, accountHref, signOut, banner, children }: AppShellProps) {
  return (
    <div className="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] print:block">
      <a href="#main" className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to content
      </a>
      <aside aria-label="Portal" className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-r border-line bg-sunken p-3 lg:flex print:hidden">
        <Link href="/" className="mb-4 flex h-8 items-center gap-2.5 rounded-md px-1.5">
          <BrandMark />
          <span className="min-w-0">
            <span className="block text-md leading-4 font-semibold">Countersign</span>
            <span className="block truncate text-xs text-muted">{organization.name}</span>
          </span>
        </Link>
        <NavList items={nav} />
      </aside>
      <div className="flex min-h-dvh min-w-0 flex-col">
        <header className="sticky top-0 z-20 print:hidden flex h-12 items-center gap-2 border-b border-line bg-canvas px-2 sm:px-4 lg:px-6">
          <MobileNav items={nav} organization={organization.name} />
          <span className="min-w-0 flex-1 truncate font-semibold lg:hidden">{organization.name}</span>
          <div className="lg:flex-1">
            <CommandPalette items={[...nav, ...further]} />
          </div>
          <Notices {...notices} />
          <AccountMenu person={person} accountHref={accountHref} signOut={signOut} />
        </header>
        <div className="print:hidden">{banner}</div>
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[100rem] flex-1 px-4 py-4 outline-none sm:py-6 lg:px-6 print:max-w-none print:p-0">
          {children}
        </main>
      </div>
      <ShortcutHelp />
    </div>
  );
}

function Notices({ href, count }: { href: string; count: number }) {
  const label = count === 0 ? "Notices" : `Notices, ${count} unread`;
  return (
    // Without a look ahead: pages that read themselves again every few seconds would ask for this one each time.
    <Link href={href} prefetch={false} aria-label={label} title={label} className="relative flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink max-sm:size-10">
      <Icon name="bell" />
      {count > 0 ? (
        <span className="absolute top-0 right-0 min-w-4 rounded-full bg-danger-fill px-1 text-center text-[10px] leading-4 font-semibold text-white">{count > 99 ? "99+" : count}</span>
      ) : null}
    </Link>
  );
}
