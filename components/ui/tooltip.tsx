"use client";
import { Tooltip as Primitive } from "radix-ui";
import type { ReactElement } from "react";

/** A few words about a control, on hover and on focus. Never the only place of something needed. */
export function Tooltip({ text, children }: { text: string; children: ReactElement }) {
  return (
    <Primitive.Provider delayDuration={300}>
      <Primitive.Root>
        <Primitive.Trigger asChild>{children}</Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content sideOffset={4} collisionPadding={8} className="z-50 max-w-64 animate-appear rounded-md bg-ink px-2 py-1 text-sm text-canvas">
            {text}
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </Primitive.Provider>
  );
}
