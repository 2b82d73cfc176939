"use client";
import { type KeyboardEvent, type ReactElement, type ReactNode, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { cn } from "./cn";
import { place } from "./place";
import { buttonIn, Trigger } from "./trigger";

interface FloatingProps {
  ref?: RefObject<HTMLDivElement | null>;
  trigger: ReactElement;
  role: "dialog" | "menu";
  label: string;
  align: "start" | "end";
  className?: string;
  /** Which of what is inside takes the focus when it opens. */
  firstFocus: string;
  onKeyDown?: (event: KeyboardEvent) => void;
  children: ReactNode;
}

/**
 * A box that belongs to a button: the browser's own popover, which closes by Esc and by a press elsewhere and gives the
 * focus back. What is inside is rendered while it is open, and only then.
 */
export function Floating({ ref, trigger, role, label, align, className, firstFocus, onKeyDown, children }: FloatingProps) {
  const id = useId();
  // The browser tells before and after it shows the box: what is inside comes before, its place and the focus after.
  const [state, setState] = useState<"closed" | "opening" | "open">("closed");
  const open = state === "open";
  const wrapper = useRef<HTMLSpanElement>(null);
  const own = useRef<HTMLDivElement>(null);
  const box = ref ?? own;

  useLayoutEffect(() => {
    const [element, button] = [box.current, buttonIn(wrapper)];
    if (!open || !element || !button) return;
    const follow = () => place(element, button, align);
    follow();
    element.querySelector<HTMLElement>(firstFocus)?.focus({ preventScroll: true });
    window.addEventListener("resize", follow);
    window.addEventListener("scroll", follow, { capture: true, passive: true });
    return () => {
      window.removeEventListener("resize", follow);
      window.removeEventListener("scroll", follow, { capture: true });
    };
  }, [open, align, box, firstFocus]);
  // Its size changes with what is in it.
  useEffect(() => {
    const [element, button] = [box.current, buttonIn(wrapper)];
    if (open && element && button) place(element, button, align);
  });

  return (
    <>
      <Trigger ref={wrapper} marks={{ popovertarget: id, "aria-haspopup": role, "aria-expanded": String(state !== "closed") }} onArrowDown={role === "menu" ? () => box.current?.showPopover() : undefined}>
        {trigger}
      </Trigger>
      <div
        ref={box}
        id={id}
        popover="auto"
        role={role}
        aria-label={label}
        // Not for closing: the browser gives the focus back only from something that is still there.
        onBeforeToggle={(event) => (event.newState === "open" ? setState("opening") : undefined)}
        onToggle={(event) => setState(event.newState === "open" ? "open" : "closed")}
        onKeyDown={onKeyDown}
        className={cn("fixed inset-auto min-w-44 animate-appear overflow-y-auto rounded-lg border border-line bg-surface p-1 text-left text-base font-normal whitespace-normal text-ink shadow-raised outline-none", !open && "opacity-0", className)}
      >
        {state === "closed" ? null : children}
      </div>
    </>
  );
}
