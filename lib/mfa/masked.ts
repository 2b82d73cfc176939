/** An address or number as it is shown: enough to know one's own by. "a•••@example.com", "••••••••34". */
export function masked(to: string): string {
  const [name = "", domain] = to.split("@");
  if (domain === undefined) return `${"•".repeat(Math.max(0, to.length - 3))}${to.slice(-2)}`;
  return `${[...name][0] ?? ""}•••@${domain}`;
}
