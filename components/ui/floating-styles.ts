/** The box that menus and popovers float in. */
export const floatingClass =
  "z-50 max-h-(--radix-popper-available-height) min-w-44 animate-appear overflow-y-auto rounded-lg border border-line bg-surface p-1 shadow-raised outline-none";

/** One line of a menu. */
export const menuItemClass =
  "flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-base text-ink outline-none select-none max-sm:min-h-10 " +
  "data-highlighted:bg-hover data-disabled:pointer-events-none data-disabled:opacity-50";
