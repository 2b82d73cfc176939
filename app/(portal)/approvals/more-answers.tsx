"use client";
import { useState } from "react";
import { useShortcuts } from "@/components/shell/shortcuts";
import { Dialog } from "@/components/ui/dialog";
import { DropdownMenu } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import type { ApprovalDetail } from "@/lib/approvals/load";
import { NarrowForm } from "./narrow-form";
import { StandingForm } from "./standing-form";
import { useWorkbench } from "./workbench-context";

/** What a request gives to the answers between yes and no. */
export type MoreAnswersProps = Pick<ApprovalDetail, "id" | "digest" | "amountMicros" | "currency" | "risk"> & {
  editable: NonNullable<ApprovalDetail["editable"]>;
  resource: string;
};

/** Less than was asked, or more than once. */
export function MoreAnswers({ id, digest, amountMicros, currency, risk, editable, resource }: MoreAnswersProps) {
  const { moving } = useWorkbench();
  const [open, setOpen] = useState<"narrow" | "stand" | null>(null);
  const mayStand = risk !== "CRITICAL";
  const show = (what: "narrow" | "stand") => {
    if (!moving) setOpen(what);
  };
  useShortcuts([{ keys: "n", label: "Approve less than was asked", run: () => show("narrow") }], "Approvals");
  const of = { id, digest, amountMicros, currency };
  return (
    <>
      <DropdownMenu
        label="More answers"
        trigger={<IconButton icon="more" label="More answers" disabled={moving} className="max-sm:size-11" />}
        items={[
          { label: "Approve less…", icon: "filter", onSelect: () => show("narrow") },
          ...(mayStand ? [{ label: "Let it stand…", icon: "refresh" as const, onSelect: () => show("stand") }] : []),
        ]}
      />
      <Dialog title="Approve less than was asked" size="lg" open={open === "narrow"} onOpenChange={(is) => setOpen(is ? "narrow" : null)}>
        <NarrowForm {...of} editable={editable} />
      </Dialog>
      <Dialog title="Let what is like this go on without asking" size="lg" open={open === "stand"} onOpenChange={(is) => setOpen(is ? "stand" : null)}>
        <StandingForm {...of} resource={resource} editable={editable} />
      </Dialog>
    </>
  );
}
