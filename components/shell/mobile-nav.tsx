"use client";
import { useId, useState } from "react";
import { IconButton } from "../ui/icon-button";
import { Modal } from "../ui/modal";
import { Trigger } from "../ui/trigger";
import type { NavItem } from "./nav";
import { NavList } from "./nav-list";

/** The navigation of narrow screens, in a drawer. */
export function MobileNav({ items, organization }: { items: readonly NavItem[]; organization: string }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Trigger marks={{ "aria-haspopup": "dialog", "aria-expanded": String(open) }} onPress={() => setOpen(true)}>
        <IconButton icon="menu" label="Open navigation" size="lg" className="lg:hidden" />
      </Trigger>
      {open ? (
        <Modal labelledBy={id} onClose={() => setOpen(false)} className="inset-y-0 right-auto left-0 h-dvh w-72 max-w-[85vw] overflow-y-auto border-r p-3">
          <div className="mb-3 flex items-center justify-between pl-2">
            <h2 id={id} className="truncate font-semibold">
              {organization}
            </h2>
            <IconButton icon="x" label="Close navigation" size="lg" onClick={() => setOpen(false)} />
          </div>
          <NavList items={items} onFollow={() => setOpen(false)} />
        </Modal>
      ) : null}
    </>
  );
}
