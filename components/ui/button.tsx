import type { ComponentProps } from "react";
import { cn } from "./cn";
import { type ButtonVariant, buttonClass, type ControlSize } from "./control-styles";
import { Icon, type IconName } from "./icon";

/** What every button, and every link that looks like one, takes. */
export interface ButtonLook {
  variant?: ButtonVariant;
  size?: ControlSize;
  icon?: IconName;
}

/** A button; `type="button"` unless it says that it submits. */
export function Button({ variant, size, icon, className, children, type = "button", ...rest }: ButtonLook & ComponentProps<"button">) {
  return (
    <button type={type} className={cn(buttonClass(variant, size), className)} {...rest}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}
