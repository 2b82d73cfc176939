"use client";
import { relativeTime, utcTime } from "./time-format";
import { useNow } from "./use-now";

/** How long ago; the exact time on hover. Keeps itself right while the page stays open. */
export function RelativeTime({ at }: { at: Date | string | number }) {
  const now = useNow();
  const time = new Date(at);
  return (
    // Server and browser may disagree by a second; the server's text stands until the next tick.
    <time suppressHydrationWarning dateTime={time.toISOString()} title={utcTime(time.getTime())} className="whitespace-nowrap">
      {relativeTime(time.getTime(), now)}
    </time>
  );
}
