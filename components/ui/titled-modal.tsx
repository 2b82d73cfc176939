"use client";
import { type ReactElement, type ReactNode, useId } from "react";
import { cn } from "./cn";
import { IconButton } from "./icon-button";
import { Modal } from "./modal";
import { Trigger } from "./trigger";

interface TitledModalProps {
  trigger: ReactElement | undefined;
  title: ReactNode;
  description: ReactNode;
  open: boolean;
  setOpen: (open: boolean) => void;
  className: string;
  headerClassName: string;
  bodyClassName: string;
  children: ReactNode;
}

/** What a dialog and a drawer are: something that opens it, a title, a way to close it, and what it is about. */
export function TitledModal({ trigger, title, description, open, setOpen, className, headerClassName, bodyClassName, children }: TitledModalProps) {
  const id = useId();
  return (
    <>
      {trigger ? (
        <Trigger marks={{ "aria-haspopup": "dialog", "aria-expanded": String(open) }} onPress={() => setOpen(true)}>
          {trigger}
        </Trigger>
      ) : null}
      {open ? (
        <Modal labelledBy={`${id}-title`} describedBy={description ? `${id}-description` : undefined} onClose={() => setOpen(false)} className={cn("flex flex-col", className)}>
          <header className={cn("flex items-start justify-between gap-4 px-5", headerClassName)}>
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
          <div className={cn("overflow-y-auto px-5", bodyClassName)}>{children}</div>
        </Modal>
      ) : null}
    </>
  );
}
