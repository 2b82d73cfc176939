"use client";
import { Dialog as Primitive } from "radix-ui";
import { createContext, type ReactElement, type ReactNode, useContext, useState } from "react";
import { cn } from "./cn";
import { IconButton } from "./icon-button";

interface DialogProps {
  trigger?: ReactElement;
  title: string;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

const widths = { sm: "sm:max-w-sm", md: "sm:max-w-lg", lg: "sm:max-w-3xl" };

const CloseDialog = createContext<(() => void) | null>(null);

/** Closes the dialog or drawer around the caller; null outside of one. */
export function useCloseDialog(): (() => void) | null {
  return useContext(CloseDialog);
}

/** Gives what is inside a dialog or drawer the means to close it. */
export const CloseDialogProvider = CloseDialog.Provider;

/** The dimmed layer below dialogs and drawers. */
export const overlayClass = "fixed inset-0 z-40 animate-appear bg-black/40";

/** A dialog in the middle of the page, at the bottom edge of a phone. */
export function Dialog({ trigger, title, description, size = "md", open, onOpenChange, children }: DialogProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  const isOpen = open ?? ownOpen;
  const setOpen = onOpenChange ?? setOwnOpen;
  return (
    <Primitive.Root open={isOpen} onOpenChange={setOpen}>
      {trigger ? <Primitive.Trigger asChild>{trigger}</Primitive.Trigger> : null}
      <Primitive.Portal>
        <Primitive.Overlay className={overlayClass} />
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "fixed inset-x-0 bottom-0 z-50 flex max-h-[90dvh] w-full animate-appear flex-col rounded-t-xl border border-line bg-surface shadow-raised outline-none",
            "sm:inset-x-auto sm:top-[12vh] sm:bottom-auto sm:left-1/2 sm:max-h-[76vh] sm:-translate-x-1/2 sm:rounded-xl",
            widths[size],
          )}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-2">
            <div className="min-w-0">
              <Primitive.Title className="text-lg font-semibold">{title}</Primitive.Title>
              {description ? (
                <Primitive.Description asChild>
                  <div className="text-muted">{description}</div>
                </Primitive.Description>
              ) : null}
            </div>
            <Primitive.Close asChild>
              <IconButton icon="x" label="Close" className="-mr-2" />
            </Primitive.Close>
          </header>
          <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">
            <CloseDialog.Provider value={() => setOpen(false)}>{children}</CloseDialog.Provider>
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
