const MICROS = 1_000_000n;

interface FormatOptions {
  /** Show + before positive amounts (differences). */
  sign?: boolean;
  /** Round to three figures with K, M, B (axes only; never where the exact amount matters). */
  compact?: boolean;
}

/**
 * Writes integer micro-units of a currency (1,000,000 = one unit) as text, exactly: the
 * currency's usual digits, and up to six where the amount has them.
 *
 * @throws RangeError if a number is not a safe integer, or the currency is not an ISO 4217 code.
 */
export function formatMicros(micros: bigint | number | string, currency: string, options: FormatOptions = {}): string {
  const amount = toMicros(micros);
  const format = new Intl.NumberFormat("en-US", {
    style: "currency",
    currency,
    signDisplay: options.sign ? "exceptZero" : "auto",
    ...(options.compact
      ? { notation: "compact", minimumFractionDigits: 0, maximumSignificantDigits: 3 }
      : { maximumFractionDigits: 6 }),
  });
  // A decimal string, not a number: Intl formats it without passing through floating point.
  return format.format(toDecimal(amount) as `${number}`);
}

/**
 * Reads what a person typed as an amount ("1,234.50", "$0.002", "EUR 12") into micro-units.
 * Null when it is not clearly one non-negative amount of at most six decimals ("1,5" could
 * be either of two), or above what JSON carries exactly.
 */
export function parseMoney(text: string, currency: string): bigint | null {
  const bare = withoutCurrency(text.trim(), currency);
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d{0,6}))?$/.exec(bare);
  const [, whole, fraction] = match ?? [];
  if (whole === undefined && !fraction) return null;
  const micros = BigInt((whole ?? "0").replaceAll(",", "")) * MICROS + BigInt((fraction ?? "").padEnd(6, "0"));
  return micros <= BigInt(Number.MAX_SAFE_INTEGER) ? micros : null;
}

/** Micro-units as the plain decimal a person would type: "1234.5", "0.002". */
export function toDecimal(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const fraction = (size % MICROS).toString().padStart(6, "0").replace(/0+$/, "");
  return `${micros < 0n ? "-" : ""}${size / MICROS}${fraction ? `.${fraction}` : ""}`;
}

/** Any of the forms in which micro-units travel, as a bigint. */
function toMicros(micros: bigint | number | string): bigint {
  if (typeof micros === "number" && !Number.isSafeInteger(micros)) {
    throw new RangeError(`${micros} is not an exact amount of micro-units`);
  }
  return BigInt(micros);
}

function withoutCurrency(text: string, currency: string): string {
  const symbol = new Intl.NumberFormat("en-US", { style: "currency", currency })
    .formatToParts(0)
    .find((part) => part.type === "currency")?.value;
  for (const mark of [currency, symbol]) {
    if (!mark) continue;
    if (text.toUpperCase().startsWith(mark.toUpperCase())) return text.slice(mark.length).trim();
    if (text.toUpperCase().endsWith(mark.toUpperCase())) return text.slice(0, -mark.length).trim();
  }
  return text;
}
