"use client";
import { type ReactElement, type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";

/** Attributes that the button gets; `null` takes one away. */
type Marks = Record<string, string | null>;

/** The button inside of a trigger. The wrapper has no box of its own. */
export function buttonIn(wrapper: RefObject<HTMLElement | null>): HTMLElement | null {
  const first = wrapper.current?.firstElementChild;
  return first instanceof HTMLElement ? first : null;
}

interface TriggerProps {
  ref?: RefObject<HTMLSpanElement | null>;
  /** The button, which may have been rendered by the server already: so nothing is cloned. */
  children: ReactElement | ReactNode;
  marks: Marks;
  onPress?: () => void;
  onArrowDown?: () => void;
}

/** Makes a button open something, and says so to assistive technology. */
export function Trigger({ ref, children, marks, onPress, onArrowDown }: TriggerProps) {
  const own = useRef<HTMLSpanElement>(null);
  const wrapper = ref ?? own;
  useLayoutEffect(() => {
    const button = buttonIn(wrapper);
    for (const [name, value] of Object.entries(marks)) {
      if (value === null) button?.removeAttribute(name);
      else button?.setAttribute(name, value);
    }
  });
  return (
    <span
      ref={wrapper}
      className="contents"
      onClick={onPress}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown" || !onArrowDown) return;
        event.preventDefault();
        onArrowDown();
      }}
    >
      {children}
    </span>
  );
}
