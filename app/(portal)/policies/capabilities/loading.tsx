import { SkeletonCard } from "@/components/ui/skeleton";

export default function CapabilitiesLoading() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <SkeletonCard lines={10} />
      <SkeletonCard lines={4} />
    </div>
  );
}
