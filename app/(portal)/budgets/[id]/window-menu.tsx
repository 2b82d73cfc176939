"use client";
import { Button } from "@/components/ui/button";
import { DropdownMenu } from "@/components/ui/dropdown-menu";

interface WindowMenuProps {
  budgetId: string;
  windows: { id: string; startsAt: Date; endsAt: Date }[];
  openId: string;
  timeZone: string;
}

/** Earlier windows of the same budget. */
export function WindowMenu({ budgetId, windows, openId, timeZone }: WindowMenuProps) {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const nameOf = (window: WindowMenuProps["windows"][number]) => {
    const [first, last] = [format.format(window.startsAt), format.format(new Date(window.endsAt.getTime() - 1))];
    return first === last ? first : `${first} to ${last}`;
  };
  const open = windows.find((window) => window.id === openId);
  if (windows.length < 2) return open ? <span className="text-sm text-muted">{nameOf(open)}</span> : null;
  return (
    <DropdownMenu
      label="Window"
      trigger={<Button icon="calendar">{open ? nameOf(open) : "Window"}</Button>}
      items={windows.map((window) => ({ label: nameOf(window), href: `/budgets/${budgetId}?window=${window.id}`, checked: window.id === openId }))}
    />
  );
}
