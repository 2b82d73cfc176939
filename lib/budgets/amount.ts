/** An amount for a sentence, e.g. `USD 1.25`; exact, from integer micro-units, without floating point. */
export function formatAmount(micros: number, currency: string): string {
  const digits = String(Math.abs(micros)).padStart(7, "0");
  const fraction = digits.slice(-6).replace(/0{1,4}$/, "");
  return `${micros < 0 ? "−" : ""}${currency} ${digits.slice(0, -6)}.${fraction}`;
}
