"use client";
import { AlertDialog } from "radix-ui";
import { type ReactElement, type ReactNode, useId, useState, useTransition } from "react";
import { Button } from "./button";
import { overlayClass } from "./dialog";
import { Input } from "./input";
import { Label } from "./label";

interface ConfirmDialogProps {
  trigger: ReactElement;
  title: string;
  /** What will happen, and whether there is a way back. */
  consequence: ReactNode;
  /** The verb, repeated on the button: "Revoke key". */
  confirmLabel: string;
  tone?: "danger" | "primary";
  /** A word that must be typed first, for what cannot be undone. */
  typed?: string;
  onConfirm: () => Promise<void> | void;
}

/** Asks before something is done, and says what it will do. The way out has the focus. */
export function ConfirmDialog({ trigger, title, consequence, confirmLabel, tone = "danger", typed, onConfirm }: ConfirmDialogProps) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [pending, startTransition] = useTransition();
  const inputId = useId();
  const ready = !typed || text.trim() === typed;

  function confirm() {
    if (!ready) return;
    startTransition(async () => {
      await onConfirm();
      setOpen(false);
    });
  }

  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => {
        setText("");
        setOpen(next);
      }}
    >
      <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlayClass} />
        <AlertDialog.Content className="fixed inset-x-4 top-[16vh] z-50 mx-auto max-w-md animate-appear rounded-xl border border-line bg-surface p-5 shadow-raised outline-none">
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-1 text-muted wrap-anywhere">{consequence}</div>
          </AlertDialog.Description>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              confirm();
            }}
          >
            {typed ? (
              <div className="mt-4 grid gap-1.5">
                <Label htmlFor={inputId}>
                  Type <span className="font-mono select-all">{typed}</span> to confirm
                </Label>
                <Input id={inputId} value={text} autoComplete="off" onChange={(event) => setText(event.target.value)} />
              </div>
            ) : null}
            <div className="mt-5 flex flex-wrap justify-end gap-2">
              <AlertDialog.Cancel asChild>
                <Button>Cancel</Button>
              </AlertDialog.Cancel>
              <Button type="submit" variant={tone} disabled={!ready || pending}>
                {pending ? "Working…" : confirmLabel}
              </Button>
            </div>
          </form>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
