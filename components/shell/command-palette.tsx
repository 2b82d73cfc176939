"use client";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { cn } from "../ui/cn";
import { buttonClass } from "../ui/control-styles";
import { Icon } from "../ui/icon";
import { Kbd } from "../ui/kbd";
import { Modal } from "../ui/modal";
import { byGroup, findItems, type NavItem } from "./nav";
import { useShortcuts } from "./shortcuts";

/** Goes anywhere by a few letters of its name. */
export function CommandPalette({ items }: { items: readonly NavItem[] }) {
  const id = useId();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  useShortcuts([{ keys: "mod+k", label: "Go to…", run: () => setOpen(!open), inDialog: open }], "Everywhere");

  function go(href: string) {
    setOpen(false);
    router.push(href);
  }

  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className={cn(buttonClass("secondary"), "justify-start text-muted max-lg:border-transparent max-lg:bg-transparent max-lg:px-3 lg:w-64")}
      >
        <Icon name="search" />
        <span className="max-lg:sr-only">Go to…</span>
        <span className="ml-auto flex gap-1 max-lg:hidden">
          <Kbd>Ctrl</Kbd>
          <Kbd>K</Kbd>
        </span>
      </button>
      {open ? (
        <Modal labelledBy={id} onClose={() => setOpen(false)} className="inset-x-4 top-[12vh] bottom-auto mx-auto w-auto max-w-lg overflow-hidden rounded-xl border">
          <h2 id={id} className="sr-only">
            Go to
          </h2>
          <Finder items={items} onChoose={go} />
        </Modal>
      ) : null}
    </>
  );
}

/** A box to type in and the list it narrows: the combobox pattern of the ARIA Authoring Practices. */
function Finder({ items, onChoose }: { items: readonly NavItem[]; onChoose: (href: string) => void }) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const groups = byGroup(findItems(items, text));
  // In the order of the screen, which is not that of the items when groups are mixed.
  const found = groups.flatMap((group) => group.items);
  const active = found[place];

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [place, text]);

  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setPlace((place + step + found.length) % found.length);
    }
    if (event.key === "Enter" && active) onChoose(active.href);
  }

  return (
    <>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" className="text-subtle" />
        <input
          role="combobox"
          autoFocus
          aria-label="Where to?"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active ? `${id}-${active.href}` : undefined}
          autoComplete="off"
          placeholder="Where to?"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setPlace(0);
          }}
          onKeyDown={press}
          className="h-11 w-full bg-transparent text-md outline-none max-sm:text-lg"
        />
        <Kbd>Esc</Kbd>
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Places" className="max-h-[50vh] overflow-y-auto p-1.5">
        {groups.map(({ group, items: members }) => (
          <div key={group} role="group" aria-label={group}>
            <p aria-hidden="true" className="px-2 py-1 text-xs text-subtle">
              {group}
            </p>
            {members.map((item) => (
              // The focus stays in the box, whose keys choose; a pointer chooses here.
              <div
                key={item.href}
                id={`${id}-${item.href}`}
                role="option"
                aria-selected={item === active}
                onPointerMove={() => setPlace(found.indexOf(item))}
                onClick={() => onChoose(item.href)}
                className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 aria-selected:bg-hover max-sm:h-11"
              >
                <Icon name={item.icon} className="text-muted" />
                {item.label}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p role="status" className="px-4 text-center text-muted not-empty:pb-4">
        {found.length === 0 ? "Nothing is called that." : ""}
      </p>
    </>
  );
}
