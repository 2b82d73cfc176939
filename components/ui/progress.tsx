/** How much of a plain count is used: a quota, or work that is under way. */
export function Progress({ label, value, max }: { label: string; value: number; max: number }) {
  const share = max > 0 ? Math.min(100, (value / max) * 100) : 0;
  return (
    <div>
      <div className="mb-1 flex justify-between gap-4 text-sm">
        <span className="text-muted">{label}</span>
        <span>
          {value.toLocaleString("en-US")} of {max.toLocaleString("en-US")}
        </span>
      </div>
      <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={max} aria-valuenow={value} className="h-1.5 overflow-hidden rounded-full bg-line">
        <svg aria-hidden="true" className="block size-full">
          <rect width={`${share}%`} height="100%" className="fill-accent" />
        </svg>
      </div>
    </div>
  );
}
