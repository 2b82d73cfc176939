"use client";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { type ReactElement, type ReactNode, useId, useState } from "react";
import { IconButton } from "./icon-button";
import { Modal } from "./modal";
import { Trigger } from "./trigger";

interface DrawerProps {
  title: ReactNode;
  description?: ReactNode;
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** For a drawer that a search parameter opened: closing takes it out of the address. */
  closeParam?: string;
  children: ReactNode;
}

/** Details beside the list they belong to; the whole width of a phone. */
export function Drawer({ title, description, trigger, open, onOpenChange, closeParam, children }: DrawerProps) {
  const id = useId();
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const [ownOpen, setOwnOpen] = useState(false);
  const isOpen = open ?? ownOpen;

  function setOpen(next: boolean) {
    (onOpenChange ?? setOwnOpen)(next);
    if (next || !closeParam) return;
    const rest = new URLSearchParams(search);
    rest.delete(closeParam);
    router.push(rest.size > 0 ? `${pathname}?${rest}` : pathname, { scroll: false });
  }

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
          className="inset-y-0 right-0 left-auto flex h-dvh w-full max-w-xl flex-col border-l"
        >
          <header className="flex items-start justify-between gap-4 border-b border-line px-5 py-3">
            <div className="min-w-0">
              <h2 id={`${id}-title`} className="text-lg font-semibold wrap-anywhere">
                {title}
              </h2>
              {description ? (
                <div id={`${id}-description`} className="text-muted">
                  {description}
                </div>
              ) : null}
            </div>
            <IconButton icon="x" label="Close" className="-mr-2" onClick={() => setOpen(false)} />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-5">{children}</div>
        </Modal>
      ) : null}
    </>
  );
}
