import { SkeletonCard } from "@/components/ui/skeleton";

export default function AgentActivityLoading() {
  return (
    <div className="grid gap-4">
      <SkeletonCard lines={6} />
      <SkeletonCard lines={6} />
    </div>
  );
}
