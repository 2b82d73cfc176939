import Link from "next/link";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { type ButtonVariant, buttonClass, type ControlSize } from "./control-styles";
import { Icon, type IconName } from "./icon";

interface Look {
  variant?: ButtonVariant;
  size?: ControlSize;
  icon?: IconName;
}

/** A button; `type="button"` unless it says that it submits. */
export function Button({ variant, size, icon, className, children, type = "button", ...rest }: Look & ComponentProps<"button">) {
  return (
    <button type={type} className={cn(buttonClass(variant, size), className)} {...rest}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}

/** A link that looks like a button: for going somewhere, where Button is for doing something. */
export function ButtonLink({ variant, size, icon, className, children, ...rest }: Look & ComponentProps<typeof Link>) {
  return (
    <Link className={cn(buttonClass(variant, size), className)} {...rest}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </Link>
  );
}
