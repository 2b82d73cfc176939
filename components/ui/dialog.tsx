"use client";
import { type ReactElement, type ReactNode, useId, useState } from "react";
import { cn } from "./cn";
import { IconButton } from "./icon-button";
import { Modal } from "./modal";
import { Trigger } from "./trigger";

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
  const id = useId();
  const [ownOpen, setOwnOpen] = useState(false);
  const isOpen = open ?? ownOpen;
  const setOpen = onOpenChange ?? setOwnOpen;
  return (
    <>
      {trigger ? (
        <Trigger marks={{ "aria-haspopup": "dialog", "aria-expanded": String(isOpen) }} onPress={() => setOpen(true)}>
          {trigger}
        </Trigger>
      ) : null}
      {isOpen ? (
        <Modal
          labelledBy={`${id}-title`}
          describedBy={description ? `${id}-description` : undefined}
          onClose={() => setOpen(false)}
          className={cn(
            "top-auto bottom-0 flex max-h-[90dvh] w-full flex-col rounded-t-xl border",
            "sm:inset-x-0 sm:top-[12vh] sm:bottom-auto sm:mx-auto sm:max-h-[76vh] sm:rounded-xl",
            widths[size],
          )}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-2">
            <div className="min-w-0">
              <h2 id={`${id}-title`} className="text-lg font-semibold wrap-anywhere">
                {title}
              </h2>
              {description ? (
                <div id={`${id}-description`} className="text-muted wrap-anywhere">
                  {description}
                </div>
              ) : null}
            </div>
            <IconButton icon="x" label="Close" className="-mr-2" onClick={() => setOpen(false)} />
          </header>
          <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
        </Modal>
      ) : null}
    </>
  );
}
