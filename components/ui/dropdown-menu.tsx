"use client";
import Link from "next/link";
import { DropdownMenu as Primitive } from "radix-ui";
import type { ReactElement } from "react";
import { cn } from "./cn";
import { floatingClass, menuItemClass } from "./floating-styles";
import { Icon, type IconName } from "./icon";

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

/** A menu of things to do, places to go or choices to make. */
export function DropdownMenu({ trigger, label, items, align = "end" }: DropdownMenuProps) {
  // Not modal: a modal menu hides the page from screen readers while its controls can still be reached.
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content aria-label={label} align={align} sideOffset={4} collisionPadding={8} className={floatingClass}>
          {items.map((item, index) => (
            <Row key={`${index}:${item.kind === "separator" ? "" : item.label}`} item={item} />
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function Row({ item }: { item: MenuItem }) {
  if (item.kind === "separator") return <Primitive.Separator className="-mx-1 my-1 h-px bg-line" />;
  if (item.kind === "label") return <Primitive.Label className="px-2 py-1 text-sm text-muted">{item.label}</Primitive.Label>;
  const className = cn(menuItemClass, item.tone === "danger" && "text-danger");
  const content = (
    <>
      {item.icon ? <Icon name={item.icon} className={item.tone === "danger" ? undefined : "text-muted"} /> : null}
      {item.label}
    </>
  );
  if (item.checked !== undefined) {
    return (
      <Primitive.CheckboxItem
        checked={item.checked}
        disabled={item.disabled}
        className={className}
        onSelect={(event) => {
          event.preventDefault();
          item.onSelect?.();
        }}
      >
        <span className="flex size-4 items-center justify-center">
          <Primitive.ItemIndicator>
            <Icon name="check" />
          </Primitive.ItemIndicator>
        </span>
        {content}
      </Primitive.CheckboxItem>
    );
  }
  if (item.href) {
    return (
      <Primitive.Item asChild disabled={item.disabled} className={className}>
        {item.download ? <a href={item.href}>{content}</a> : <Link href={item.href}>{content}</Link>}
      </Primitive.Item>
    );
  }
  return (
    <Primitive.Item disabled={item.disabled} className={className} onSelect={() => item.onSelect?.()}>
      {content}
    </Primitive.Item>
  );
}
