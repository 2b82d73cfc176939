"use client";
import { Toaster as Sonner } from "sonner";
import { Icon } from "./icon";

/** Where short messages about what just happened appear; they are announced politely. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      gap={8}
      closeButton
      icons={{
        success: <Icon name="check-circle" className="text-ok" />,
        error: <Icon name="alert" className="text-danger" />,
        warning: <Icon name="warning" className="text-warn" />,
        info: <Icon name="info" className="text-info" />,
      }}
    />
  );
}
