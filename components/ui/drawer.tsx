"use client";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { type ReactElement, type ReactNode, useState } from "react";
import { TitledModal } from "./titled-modal";

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

  function setOpen(next: boolean) {
    (onOpenChange ?? setOwnOpen)(next);
    if (next || !closeParam) return;
    const rest = new URLSearchParams(search);
    rest.delete(closeParam);
    router.push(rest.size > 0 ? `${pathname}?${rest}` : pathname, { scroll: false });
  }

  return (
    <TitledModal
      trigger={trigger}
      title={title}
      description={description}
      open={open ?? ownOpen}
      setOpen={setOpen}
      className="inset-y-0 right-0 left-auto h-dvh w-full max-w-xl border-l"
      headerClassName="border-b border-line py-3"
      bodyClassName="min-h-0 flex-1 py-5"
    >
      {children}
    </TitledModal>
  );
}
