import { SkeletonCard } from "@/components/ui/skeleton";

export default function ClassificationLoading() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <SkeletonCard lines={12} />
      <SkeletonCard lines={4} />
    </div>
  );
}
