"use client";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { Dialog as Primitive } from "radix-ui";
import { type ReactElement, type ReactNode, useState } from "react";
import { CloseDialogProvider, overlayClass } from "./dialog";
import { IconButton } from "./icon-button";

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
    <Primitive.Root open={isOpen} onOpenChange={setOpen}>
      {trigger ? <Primitive.Trigger asChild>{trigger}</Primitive.Trigger> : null}
      <Primitive.Portal>
        <Primitive.Overlay className={overlayClass} />
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className="fixed inset-y-0 right-0 z-50 flex w-full max-w-xl animate-appear flex-col border-l border-line bg-surface shadow-raised outline-none"
        >
          <header className="flex items-start justify-between gap-4 border-b border-line px-5 py-3">
            <div className="min-w-0">
              <Primitive.Title className="text-lg font-semibold wrap-anywhere">{title}</Primitive.Title>
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
          <div className="min-h-0 flex-1 overflow-y-auto p-5">
            <CloseDialogProvider value={() => setOpen(false)}>{children}</CloseDialogProvider>
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
