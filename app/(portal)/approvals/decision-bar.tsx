"use client";
import { type MouseEvent, type ReactNode, type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { useShortcuts } from "@/components/shell/shortcuts";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { toast } from "@/components/ui/toast";
import type { Obstacle } from "@/lib/approvals/rules";
import { decide } from "./actions";
import { useWorkbench } from "./workbench-context";

interface DecisionBarProps {
  id: string;
  /** Of what is shown: the decision holds for this and nothing else. */
  digest: string;
  /** The stage that is shown, and whether one more yes is all that it waits for. */
  stage: number;
  endsIt: boolean;
  /** What the note of a yes must hold; null: a note is not needed. */
  notePattern: string | null;
  cannotApprove: Obstacle | null;
  critical: boolean;
  /** Answers beyond yes and no. */
  more?: ReactNode;
  /** Which request it is. */
  what: ReactNode;
  /** What exactly is approved, for the confirmation. */
  children: ReactNode;
}

/** The two answers, under the thumb on a phone and under `a` and `r` on a keyboard. */
export function DecisionBar({ id, digest, stage, endsIt, notePattern, cannotApprove, critical, more, what, children }: DecisionBarProps) {
  const { moving, panel } = useWorkbench();
  useKeptFocus(panel);
  const [asking, setAsking] = useState<"approved" | "rejected" | null>(null);
  const tap = useRef<Tap | null>(null);

  function ask(decision: "approved" | "rejected", event?: MouseEvent) {
    if (moving) return;
    tap.current = event && event.detail > 0 ? { x: event.clientX, y: event.clientY, at: event.timeStamp } : null;
    if (decision === "approved" && cannotApprove) toast.info(cannotApprove.message, { description: cannotApprove.hint });
    else setAsking(decision);
  }

  useShortcuts(
    [
      { keys: "a", label: "Approve", run: () => ask("approved") },
      { keys: "r", label: "Reject, with a reason", run: () => ask("rejected") },
    ],
    "Approvals",
  );

  return (
    <div className="sticky bottom-0 z-10 mt-auto flex gap-2 rounded-b-lg border-t border-line bg-surface px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-sm:[&>button]:h-11 max-sm:[&>button]:flex-1">
      <Button variant="primary" icon="check" disabled={moving || cannotApprove !== null} onClick={(event) => ask("approved", event)} aria-keyshortcuts="a">
        Approve <Key>a</Key>
      </Button>
      <Button icon="x" disabled={moving} onClick={() => ask("rejected")} aria-keyshortcuts="r">
        Reject <Key>r</Key>
      </Button>
      {more}
      <Dialog title="Approve exactly this?" size="sm" open={asking === "approved"} onOpenChange={(open) => setAsking(open ? "approved" : null)}>
        <Form action={decide} hidden={{ id, digest, decision: "approved", stage: String(stage) }} success={endsIt ? "Approved. It takes effect now." : "Counted. Others are asked next."}>
          {children}
          <TextField
            name="reason"
            label="Note"
            maxLength={1000}
            autoComplete="off"
            {...(notePattern === null ? {} : { required: true, autoFocus: true, hint: `It must hold ${notePattern}: # is a number, @ are letters.` })}
          />
          <Answer opened={tap} writesFirst={notePattern !== null}>
            <SubmitButton icon="check" variant={critical ? "danger" : "primary"}>
              Approve
            </SubmitButton>
          </Answer>
        </Form>
      </Dialog>
      <Dialog title="Reject this request" size="sm" open={asking === "rejected"} onOpenChange={(open) => setAsking(open ? "rejected" : null)}>
        <Form action={decide} hidden={{ id, digest, decision: "rejected", stage: String(stage) }} success="Rejected. It will not happen.">
          {what}
          <TextAreaField
            name="reason"
            label="Reason"
            hint="The requester reads it."
            required
            autoFocus
            rows={3}
            maxLength={1000}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
          <FormActions>
            <SubmitButton variant="danger" icon="x">
              Reject
            </SubmitButton>
            <span className="text-sm text-muted max-lg:hidden">
              <Kbd>Ctrl</Kbd> or <Kbd>⌘</Kbd> and <Kbd>Enter</Kbd> sends it
            </span>
          </FormActions>
        </Form>
      </Dialog>
    </div>
  );
}

function Key({ children }: { children: string }) {
  return (
    <span aria-hidden="true" className="max-lg:hidden">
      <Kbd>{children}</Kbd>
    </span>
  );
}

/** Once it is decided the answers are gone, and maybe what had the focus in the list: whoever works by the keyboard goes on from the request. */
function useKeptFocus(panel: RefObject<HTMLElement | null> | null) {
  useEffect(
    () => () => {
      if (document.activeElement === document.body) panel?.current?.focus({ preventScroll: true });
    },
    [panel],
  );
}

type Tap = { x: number; y: number; at: number };

// On a phone the dialog's answer may come to stand where the thumb just was: the second tap of two is not an answer.
const doubleTapMs = 700;
const doubleTapPx = 48;

/** Has the answer under Enter as soon as the dialog stands, unless something must be written first. */
function Answer({ opened, writesFirst, children }: { opened: RefObject<Tap | null>; writesFirst: boolean; children: ReactNode }) {
  const row = useRef<HTMLDivElement>(null);
  const focusAnswer = useEffectEvent(() => {
    if (!writesFirst) row.current?.querySelector("button")?.focus();
  });
  useEffect(() => focusAnswer(), []);

  function keepDoubleTap(event: MouseEvent) {
    const first = opened.current;
    if (!first || event.detail === 0 || event.timeStamp - first.at > doubleTapMs) return;
    if (Math.hypot(event.clientX - first.x, event.clientY - first.y) < doubleTapPx) event.preventDefault();
  }

  return (
    <div ref={row} onClickCapture={keepDoubleTap}>
      <FormActions>
        {children}
        <span className="text-sm text-muted max-lg:hidden">
          <Kbd>Enter</Kbd> confirms, <Kbd>Esc</Kbd> goes back
        </span>
      </FormActions>
    </div>
  );
}
