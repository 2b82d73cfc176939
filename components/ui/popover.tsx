"use client";
import { Popover as Primitive } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "./cn";
import { floatingClass } from "./floating-styles";

interface PopoverProps {
  trigger: ReactElement;
  label: string;
  align?: "start" | "end";
  className?: string;
  children: ReactNode;
}

/** A small panel that belongs to a button. */
export function Popover({ trigger, label, align = "start", className, children }: PopoverProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content aria-label={label} align={align} sideOffset={4} collisionPadding={8} className={cn(floatingClass, className)}>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
