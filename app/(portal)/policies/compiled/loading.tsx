import { SkeletonCard } from "@/components/ui/skeleton";

export default function CompiledLoading() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <SkeletonCard lines={14} />
      <SkeletonCard lines={4} />
    </div>
  );
}
