"use client";
import type { ReactElement, ReactNode } from "react";
import { Floating } from "./floating";

interface PopoverProps {
  trigger: ReactElement;
  label: string;
  align?: "start" | "end";
  className?: string;
  children: ReactNode;
}

/** A small panel that belongs to a button. */
export function Popover({ align = "start", ...rest }: PopoverProps) {
  return <Floating role="dialog" align={align} firstFocus="input,select,textarea,button,a" {...rest} />;
}
