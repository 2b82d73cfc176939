"use client";
import type { ReactNode } from "react";
import { Button } from "../ui/button";
import type { ButtonVariant, ControlSize } from "../ui/control-styles";
import type { IconName } from "../ui/icon";
import { useFormState } from "./form-context";

interface SubmitButtonProps {
  variant?: ButtonVariant;
  size?: ControlSize;
  icon?: IconName;
  className?: string;
  children: ReactNode;
}

/** Sends the form around it; it keeps its width while it works, so that nothing jumps. */
export function SubmitButton({ variant = "primary", size, icon, className, children }: SubmitButtonProps) {
  const { pending } = useFormState();
  return (
    <Button type="submit" variant={variant} size={size} icon={icon} disabled={pending} className={className}>
      <span className="grid">
        <span className={pending ? "invisible [grid-area:1/1]" : "[grid-area:1/1]"}>{children}</span>
        {pending ? <span className="[grid-area:1/1]">Working…</span> : null}
      </span>
    </Button>
  );
}
