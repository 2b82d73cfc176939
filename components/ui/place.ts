const GAP = 4;
const EDGE = 8;

/**
 * Puts a floating box below the button it belongs to, above it where there is more room, and always within the window.
 * The styles are set by script, since the content security policy takes none that are written into the page.
 */
export function place(box: HTMLElement, button: HTMLElement, align: "start" | "end"): void {
  const anchor = button.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const below = clientHeight - anchor.bottom - GAP - EDGE;
  const above = anchor.top - GAP - EDGE;
  box.style.maxHeight = "";
  const wanted = box.scrollHeight;
  const goesUp = wanted > below && above > below;
  box.style.maxHeight = `${Math.max(96, goesUp ? above : below)}px`;
  const height = Math.min(box.offsetHeight, Math.max(96, goesUp ? above : below));
  const left = align === "start" ? anchor.left : anchor.right - box.offsetWidth;
  box.style.left = `${Math.max(EDGE, Math.min(left, clientWidth - box.offsetWidth - EDGE))}px`;
  box.style.top = `${goesUp ? anchor.top - GAP - height : anchor.bottom + GAP}px`;
}
