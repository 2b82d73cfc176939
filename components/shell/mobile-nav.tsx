"use client";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { overlayClass } from "../ui/dialog";
import { IconButton } from "../ui/icon-button";
import type { NavItem } from "./nav";
import { NavList } from "./nav-list";

/** The navigation of narrow screens, in a drawer. */
export function MobileNav({ items, organization }: { items: readonly NavItem[]; organization: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <IconButton icon="menu" label="Open navigation" size="lg" className="lg:hidden" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className={overlayClass} />
        <Dialog.Content aria-describedby={undefined} className="fixed inset-y-0 left-0 z-50 w-72 max-w-[85vw] animate-appear overflow-y-auto border-r border-line bg-surface p-3 outline-none">
          <div className="mb-3 flex items-center justify-between pl-2">
            <Dialog.Title className="truncate font-semibold">{organization}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon="x" label="Close navigation" size="lg" />
            </Dialog.Close>
          </div>
          <NavList items={items} onFollow={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
