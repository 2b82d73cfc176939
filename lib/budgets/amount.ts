const formats = new Map<string, Intl.NumberFormat>();

/** An amount for a sentence, e.g. `$1.25`, as pages write it too; exact, from integer micro-units, without floating point. */
export function formatAmount(micros: number, currency: string): string {
  let format = formats.get(currency);
  if (!format) formats.set(currency, (format = new Intl.NumberFormat("en-US", { style: "currency", currency, maximumFractionDigits: 6 })));
  // A decimal string, not a number: Intl formats it without passing through floating point.
  return format.format(decimalAmount(micros) as `${number}`);
}

/** The same without its currency, for files: `1.25`, at least two decimals. */
export function decimalAmount(micros: number): string {
  const digits = String(Math.abs(micros)).padStart(7, "0");
  return `${micros < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,4}$/, "")}`;
}
