"use client";
import { type ReactElement, type ReactNode, useState } from "react";
import { cn } from "./cn";
import { TitledModal } from "./titled-modal";

interface DialogProps {
  trigger?: ReactElement;
  title: string;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

const widths = { sm: "sm:w-sm", md: "sm:w-lg", lg: "sm:w-3xl" };

/** A dialog in the middle of the page, at the bottom edge of a phone. */
export function Dialog({ trigger, title, description, size = "md", open, onOpenChange, children }: DialogProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  return (
    <TitledModal
      trigger={trigger}
      title={title}
      description={description}
      open={open ?? ownOpen}
      setOpen={onOpenChange ?? setOwnOpen}
      className={cn(
        "top-auto bottom-0 max-h-[90dvh] w-full rounded-t-xl border",
        "sm:inset-x-0 sm:top-[12vh] sm:bottom-auto sm:mx-auto sm:max-h-[76vh] sm:rounded-xl",
        widths[size],
      )}
      headerClassName="pt-4 pb-2"
      bodyClassName="min-h-0 pt-1 pb-5"
    >
      {children}
    </TitledModal>
  );
}
