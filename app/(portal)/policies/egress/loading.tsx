import { SkeletonCard } from "@/components/ui/skeleton";

export default function EgressLoading() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <SkeletonCard lines={8} />
      <SkeletonCard lines={4} />
    </div>
  );
}
