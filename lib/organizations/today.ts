/** The day that it is now in a time zone, as YYYY-MM-DD; with `plusDays`, so many days later. */
export function todayIn(timeZone: string, plusDays = 0): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(Date.now() + plusDays * 86_400_000);
}
