import type { ComponentProps } from "react";
import { cn } from "./cn";
import { type ButtonVariant, type ControlSize, iconButtonClass } from "./control-styles";
import { Icon, type IconName } from "./icon";

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: IconName;
  /** Accessible name, also shown on hover. */
  label: string;
  variant?: ButtonVariant;
  size?: ControlSize;
}

/** A square button that holds only an icon. */
export function IconButton({ icon, label, variant, size, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} className={cn(iconButtonClass(variant, size), className)} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
