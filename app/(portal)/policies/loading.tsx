import { SkeletonCard } from "@/components/ui/skeleton";

export default function PoliciesLoading() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <SkeletonCard lines={6} />
      <SkeletonCard lines={4} />
    </div>
  );
}
