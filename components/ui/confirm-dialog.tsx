"use client";
import { type ReactElement, type ReactNode, useId, useState, useTransition } from "react";
import { Button } from "./button";
import { Input } from "./input";
import { Label } from "./label";
import { Modal } from "./modal";
import { Trigger } from "./trigger";

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

  function show(next: boolean) {
    setText("");
    setOpen(next);
  }

  function confirm() {
    if (!ready) return;
    startTransition(async () => {
      await onConfirm();
      show(false);
    });
  }

  return (
    <>
      <Trigger marks={{ "aria-haspopup": "dialog", "aria-expanded": String(open) }} onPress={() => show(true)}>
        {trigger}
      </Trigger>
      {open ? (
        <Modal
          role="alertdialog"
          mustAnswer
          labelledBy={`${inputId}-title`}
          describedBy={`${inputId}-consequence`}
          onClose={() => show(false)}
          className="inset-x-4 top-[16vh] bottom-auto mx-auto w-auto max-w-md rounded-xl border p-5"
        >
          <h2 id={`${inputId}-title`} className="text-lg font-semibold wrap-anywhere">
            {title}
          </h2>
          <div id={`${inputId}-consequence`} className="mt-1 text-muted wrap-anywhere">
            {consequence}
          </div>
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
              <Button autoFocus onClick={() => show(false)}>
                Cancel
              </Button>
              <Button type="submit" variant={tone} disabled={!ready || pending}>
                {pending ? "Working…" : confirmLabel}
              </Button>
            </div>
          </form>
        </Modal>
      ) : null}
    </>
  );
}
