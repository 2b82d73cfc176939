export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ControlSize = "sm" | "md" | "lg";

const variants: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-line-strong/60 bg-surface text-ink hover:bg-hover",
  ghost: "text-muted hover:bg-hover hover:text-ink",
  danger: "bg-danger-fill text-white hover:brightness-90",
};

const sizes: Record<ControlSize, string> = {
  sm: "h-7 gap-1.5 px-2.5 text-sm",
  md: "h-8 gap-2 px-3 text-base max-sm:h-10",
  lg: "h-10 gap-2 px-4 text-md",
};

const squares: Record<ControlSize, string> = { sm: "size-7", md: "size-8 max-sm:size-10", lg: "size-10" };

const base =
  "inline-flex shrink-0 items-center justify-center rounded-md font-medium whitespace-nowrap transition-colors select-none " +
  "disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50";

/** Classes of a button, or of a link that looks like one. */
export function buttonClass(variant: ButtonVariant = "secondary", size: ControlSize = "md"): string {
  return `${base} ${variants[variant]} ${sizes[size]}`;
}

/** Classes of a square button that holds only an icon. */
export function iconButtonClass(variant: ButtonVariant = "ghost", size: ControlSize = "md"): string {
  return `${base} ${variants[variant]} ${squares[size]}`;
}

/** Classes of everything one types or chooses in. 16 px text on phones, so that iOS does not zoom in. */
export const controlClass =
  "w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-base text-ink transition-colors " +
  "hover:border-muted focus-visible:border-accent focus-visible:outline-offset-0 max-sm:text-lg " +
  "disabled:cursor-not-allowed disabled:bg-sunken disabled:text-subtle " +
  "aria-invalid:border-danger aria-invalid:focus-visible:outline-danger";
