/** Up to here requests that wait are counted: a badge is part of every page. */
export const countedTo = 1_000;

/** `1,000+` where there may be more. */
export function countText(count: number): string {
  return `${count.toLocaleString("en-US")}${count >= countedTo ? "+" : ""}`;
}
