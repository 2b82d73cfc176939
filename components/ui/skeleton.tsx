import { cn } from "./cn";

/** A grey bar that keeps the place of what is on its way. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cn("block h-3 animate-breathe rounded-sm bg-line", className)} />;
}

const widths = ["w-11/12", "w-10/12", "w-full", "w-8/12"];

/** Lines of text to come. */
export function SkeletonText({ lines = 3 }: { lines?: number }) {
  return (
    <div className="grid gap-2">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} className={widths[line % widths.length]} />
      ))}
    </div>
  );
}

/** A card to come. */
export function SkeletonCard({ lines = 4 }: { lines?: number }) {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <div className="flex h-11 items-center border-b border-line px-4">
        <Skeleton className="w-32" />
      </div>
      <div className="p-4">
        <SkeletonText lines={lines} />
      </div>
    </div>
  );
}

/** A whole page to come: header and two cards, announced once. */
export function SkeletonPage() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton className="mb-2 h-6 w-48" />
      <Skeleton className="mb-6 w-80 max-w-full" />
      <div className="grid gap-4 lg:grid-cols-2">
        <SkeletonCard />
        <SkeletonCard />
      </div>
    </div>
  );
}
