import Link from "next/link";
import type { ComponentProps } from "react";
import type { ButtonLook } from "./button";
import { cn } from "./cn";
import { buttonClass } from "./control-styles";
import { Icon } from "./icon";

/** A link that looks like a button: for going somewhere, where Button is for doing something. */
export function ButtonLink({ variant, size, icon, className, children, ...rest }: ButtonLook & ComponentProps<typeof Link>) {
  return (
    <Link className={cn(buttonClass(variant, size), className)} {...rest}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </Link>
  );
}
