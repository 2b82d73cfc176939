type ToastTone = "success" | "error" | "info";

export interface Toast {
  id: number;
  tone: ToastTone;
  text: string;
  description?: string | undefined;
}

type Details = { description?: string | undefined };

/** Longer than this list are only moments in which one reads none of them. */
const MOST = 4;

// One list for the whole page, outside React: whoever did something adds to it, the toaster shows it.
let toasts: readonly Toast[] = [];
let latest = 0;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]) {
  toasts = next;
  for (const notify of listeners) notify();
}

function show(tone: ToastTone, text: string, { description }: Details = {}) {
  latest += 1;
  change([...toasts, { id: latest, tone, text, description }].slice(-MOST));
}

/** Says in a corner of the page what just happened. */
export const toast = {
  success: (text: string, details?: Details) => show("success", text, details),
  error: (text: string, details?: Details) => show("error", text, details),
  info: (text: string, details?: Details) => show("info", text, details),
};

export function dismissToast(id: number): void {
  change(toasts.filter((each) => each.id !== id));
}

export function currentToasts(): readonly Toast[] {
  return toasts;
}

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
