"use client";
import { createContext, type ReactNode, useCallback, useContext, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { cn } from "./cn";

const CloseModal = createContext<(() => void) | null>(null);

/** Closes the dialog or drawer around the caller; null outside of one. */
export function useCloseDialog(): (() => void) | null {
  return useContext(CloseModal);
}

interface ModalProps {
  role?: "dialog" | "alertdialog";
  labelledBy: string;
  describedBy?: string | undefined;
  className: string;
  /** A press beside it closes it, unless something must be answered. */
  mustAnswer?: boolean;
  onClose: () => void;
  children: ReactNode;
}

const never = () => () => undefined;

/**
 * The browser's own modal dialog: it keeps the focus inside, gives it back afterwards, closes by Esc and lies above
 * everything. It is rendered while it is open, and only then.
 */
export function Modal(props: ModalProps) {
  const inBrowser = useSyncExternalStore(never, () => true, () => false);
  return inBrowser ? createPortal(<OpenModal {...props} />, document.body) : null;
}

function OpenModal({ role, labelledBy, describedBy, className, mustAnswer, onClose, children }: ModalProps) {
  // What is inside comes once the dialog stands, since what is not shown cannot take the focus.
  const [stands, setStands] = useState(false);
  const show = useCallback((element: HTMLDialogElement) => {
    element.showModal();
    setStands(true);
    return () => element.close();
  }, []);

  return (
    <dialog
      ref={show}
      role={role}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      className={cn("m-0 max-h-none max-w-none animate-appear border-line bg-surface text-left text-base text-ink shadow-raised outline-none backdrop:animate-appear backdrop:bg-black/40", className)}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // A browser closes a dialog by itself when Esc is pressed twice.
      onClose={(event) => (event.currentTarget.open ? undefined : onClose())}
      onPointerDown={(event) => {
        if (mustAnswer || event.target !== event.currentTarget) return;
        const { left, right, top, bottom } = event.currentTarget.getBoundingClientRect();
        const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
        if (!inside) onClose();
      }}
    >
      <CloseModal value={onClose}>{stands ? children : null}</CloseModal>
    </dialog>
  );
}
