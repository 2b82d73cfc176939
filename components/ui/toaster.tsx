"use client";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Icon } from "./icon";
import { IconButton } from "./icon-button";
import { currentToasts, dismissToast, onToasts, type Toast } from "./toast";

const SHOWN_MS = 6_000;
const none: readonly Toast[] = [];

const looks = {
  success: { icon: "check-circle", ink: "text-ok" },
  error: { icon: "alert", ink: "text-danger" },
  info: { icon: "info", ink: "text-info" },
} as const;

/** Where short messages about what just happened appear; they are announced politely. */
export function Toaster() {
  const toasts = useSyncExternalStore(onToasts, currentToasts, () => none);
  const [held, setHeld] = useState(false);
  const box = useRef<HTMLElement>(null);
  const newest = toasts.at(-1)?.id;

  useEffect(() => {
    // The top layer keeps the order of opening: opened anew, it lies above a dialog that came in between.
    if (box.current?.matches(":popover-open")) box.current.hidePopover();
    if (newest !== undefined) box.current?.showPopover();
  }, [newest]);

  return (
    <>
      {/* Always there: a region that appears together with its first message is not read out. */}
      <p role="status" className="sr-only">
        {toasts.map(({ text, description }) => [text, description].filter(Boolean).join(". ")).join(" ")}
      </p>
      {/* On a phone the answers and the way on lie at the bottom, under the thumb: a message must not cover them. */}
      <section
        ref={box}
        popover="manual"
        aria-label="Messages"
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        className="fixed inset-auto right-4 bottom-4 max-sm:top-16 max-sm:bottom-auto w-[min(22rem,calc(100vw-2rem))] overflow-visible bg-transparent text-base text-ink"
      >
        <ol className="grid gap-2">
          {toasts.map((toast) => (
            <Message key={toast.id} toast={toast} held={held} />
          ))}
        </ol>
      </section>
    </>
  );
}

function Message({ toast, held }: { toast: Toast; held: boolean }) {
  const { icon, ink } = looks[toast.tone];
  useEffect(() => {
    if (held) return;
    const timer = window.setTimeout(() => dismissToast(toast.id), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [toast.id, held]);
  return (
    <li className="flex animate-appear items-start gap-2.5 rounded-lg border border-line bg-surface py-2 pr-1.5 pl-3 shadow-raised">
      <Icon name={icon} className={`mt-1 ${ink}`} />
      <div className="min-w-0 flex-1 py-0.5 wrap-anywhere">
        <p className="font-medium">{toast.text}</p>
        {toast.description ? <p className="text-muted">{toast.description}</p> : null}
      </div>
      <IconButton icon="x" label="Dismiss" size="sm" onClick={() => dismissToast(toast.id)} />
    </li>
  );
}
