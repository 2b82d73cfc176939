/** Cost of sandbox time in micro-units: whole milliseconds times the price of a second, rounded up. */
export function sandboxCostMicros(wallTimeMs: number, secondMicros: number): number {
  return Number((BigInt(wallTimeMs) * BigInt(secondMicros) + 999n) / 1000n);
}
