import { utcDate, utcTime } from "./time-format";

/** An exact time in UTC, for evidence; with `date`, the day alone. */
export function ExactTime({ at, date }: { at: Date | string | number; date?: boolean }) {
  const time = new Date(at);
  return (
    <time dateTime={time.toISOString()} title={time.toISOString()} className="whitespace-nowrap">
      {date ? utcDate(time.getTime()) : utcTime(time.getTime())}
    </time>
  );
}
