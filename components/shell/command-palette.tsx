"use client";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { buttonClass } from "../ui/control-styles";
import { cn } from "../ui/cn";
import { overlayClass } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Kbd } from "../ui/kbd";
import { byGroup, type NavItem } from "./nav";
import { useShortcuts } from "./shortcuts";

/** Goes anywhere by a few letters of its name. */
export function CommandPalette({ items }: { items: readonly NavItem[] }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  useShortcuts([{ keys: "mod+k", label: "Go to…", run: () => setOpen(!open), inDialog: open }], "Everywhere");

  function go(href: string) {
    setOpen(false);
    router.push(href);
  }

  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className={cn(buttonClass("secondary"), "justify-start text-muted max-lg:border-transparent max-lg:bg-transparent max-lg:px-3 lg:w-64")}>
        <Icon name="search" />
        <span className="max-lg:sr-only">Go to…</span>
        <span className="ml-auto flex gap-1 max-lg:hidden">
          <Kbd>Ctrl</Kbd>
          <Kbd>K</Kbd>
        </span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className={overlayClass} />
        <Dialog.Content aria-describedby={undefined} className="fixed inset-x-4 top-[12vh] z-50 mx-auto max-w-lg animate-appear overflow-hidden rounded-xl border border-line bg-surface shadow-raised outline-none">
          <Dialog.Title className="sr-only">Go to</Dialog.Title>
          <Command loop label="Go to">
            <div className="flex items-center gap-2 border-b border-line px-3">
              <Icon name="search" className="text-subtle" />
              <Command.Input placeholder="Where to?" className="h-11 w-full bg-transparent text-md outline-none max-sm:text-lg" />
              <Kbd>Esc</Kbd>
            </div>
            <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
              <Command.Empty className="p-4 text-center text-muted">Nothing is called that.</Command.Empty>
              {byGroup(items).map(({ group, items: members }) => (
                <Command.Group key={group} heading={group} className="**:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:py-1 **:[[cmdk-group-heading]]:text-xs **:[[cmdk-group-heading]]:text-subtle">
                  {members.map((item) => (
                    <Command.Item
                      key={item.href}
                      value={`${item.label} ${group} ${item.href}`}
                      onSelect={() => go(item.href)}
                      className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover max-sm:h-11"
                    >
                      <Icon name={item.icon} className="text-muted" />
                      {item.label}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
