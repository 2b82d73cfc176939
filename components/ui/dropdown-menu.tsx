"use client";
import Link from "next/link";
import { type KeyboardEvent, type ReactElement, useRef } from "react";
import { cn } from "./cn";
import { Floating } from "./floating";
import { Icon, type IconName } from "./icon";
import { useTypeahead } from "./use-typeahead";

export type MenuItem =
  | { kind: "separator" }
  | { kind: "label"; label: string }
  | {
      kind?: "item";
      label: string;
      icon?: IconName;
      href?: string;
      /** A file to be downloaded rather than a page. */
      download?: boolean;
      onSelect?: () => void;
      tone?: "danger";
      disabled?: boolean;
      /** Given: a choice that is on or off; the menu stays open. */
      checked?: boolean;
    };

interface DropdownMenuProps {
  trigger: ReactElement;
  label: string;
  items: readonly MenuItem[];
  align?: "start" | "end";
}

const selector = "[role^=menuitem]:not([aria-disabled=true])";

/** A menu of things to do, places to go or choices to make: the menu button of the ARIA Authoring Practices. */
export function DropdownMenu({ trigger, label, items, align = "end" }: DropdownMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const findByText = useTypeahead();

  function press(event: KeyboardEvent) {
    const choices = [...(menu.current?.querySelectorAll<HTMLElement>(selector) ?? [])];
    const at = choices.findIndex((choice) => choice === document.activeElement);
    const place = { ArrowDown: (at + 1) % choices.length, ArrowUp: at <= 0 ? choices.length - 1 : at - 1, Home: 0, End: choices.length - 1 }[event.key];
    if (event.key === "Tab") return menu.current?.hidePopover();
    const isLink = document.activeElement instanceof HTMLAnchorElement;
    if (event.key === " " && isLink) choices[at]?.click();
    const next = place === undefined ? findByText(event.key, choices, at) : choices[place];
    next?.focus();
    if (next || (event.key === " " && isLink)) event.preventDefault();
  }

  return (
    <Floating ref={menu} trigger={trigger} role="menu" label={label} align={align} firstFocus={selector} onKeyDown={press}>
      {items.map((item, index) => (
        <Row key={`${index}:${item.kind === "separator" ? "" : item.label}`} item={item} close={() => menu.current?.hidePopover()} />
      ))}
    </Floating>
  );
}

const rowClass =
  "flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-left outline-none select-none hover:bg-hover focus:bg-hover max-sm:min-h-10 aria-disabled:pointer-events-none aria-disabled:opacity-50";

function Row({ item, close }: { item: MenuItem; close: () => void }) {
  if (item.kind === "separator") return <div role="separator" className="-mx-1 my-1 h-px bg-line" />;
  if (item.kind === "label") return <div className="px-2 py-1 text-sm text-muted">{item.label}</div>;
  const isChoice = item.checked !== undefined;
  const shared = {
    role: isChoice ? "menuitemcheckbox" : "menuitem",
    ...(isChoice ? { "aria-checked": item.checked } : {}),
    "aria-disabled": item.disabled || undefined,
    tabIndex: -1,
    className: cn(rowClass, item.tone === "danger" && "text-danger"),
  } as const;
  const content = (
    <>
      {isChoice ? <span className="flex size-4 items-center justify-center">{item.checked ? <Icon name="check" /> : null}</span> : null}
      {item.icon ? <Icon name={item.icon} className={item.tone === "danger" ? undefined : "text-muted"} /> : null}
      {item.label}
    </>
  );
  if (item.href && item.download) {
    return (
      <a {...shared} href={item.href} onClick={close}>
        {content}
      </a>
    );
  }
  if (item.href) {
    return (
      <Link {...shared} href={item.href} onClick={close}>
        {content}
      </Link>
    );
  }
  return (
    <button
      type="button"
      {...shared}
      onClick={() => {
        if (item.disabled) return;
        if (!isChoice) close();
        item.onSelect?.();
      }}
    >
      {content}
    </button>
  );
}
