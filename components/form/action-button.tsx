"use client";
import type { ReactNode } from "react";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/confirm-dialog";
import type { ButtonVariant, ControlSize } from "../ui/control-styles";
import type { IconName } from "../ui/icon";
import { toast } from "../ui/toast";
import type { FormAction } from "./result";
import { useAction } from "./use-action";

interface ActionButtonProps<T> {
  action: FormAction<T>;
  input: Record<string, string | number | boolean | null>;
  success?: string;
  redirectTo?: string;
  /** Ask first, and say what will happen. */
  confirm?: { title: string; consequence: ReactNode; confirmLabel: string; typed?: string };
  variant?: ButtonVariant;
  size?: ControlSize;
  icon?: IconName;
  children: ReactNode;
}

/** A verb that needs nothing typed: revoke, stop, suspend. A refusal is said in a toast. */
export function ActionButton<T>({ action, input, success, redirectTo, confirm, variant, size, icon, children }: ActionButtonProps<T>) {
  const { run, pending } = useAction(action, { success, redirectTo });

  async function act() {
    const refusal = await run(input);
    if (refusal) toast.error(refusal.message, { description: refusal.hint });
  }

  const button = (
    <Button variant={variant} size={size} icon={icon} disabled={pending} onClick={confirm ? undefined : act}>
      {children}
    </Button>
  );
  if (!confirm) return button;
  return <ConfirmDialog {...confirm} trigger={button} tone={variant === "primary" ? "primary" : "danger"} onConfirm={act} />;
}
