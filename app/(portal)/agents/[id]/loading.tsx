import { SkeletonCard } from "@/components/ui/skeleton";

export default function AgentLoading() {
  return (
    <div className="grid gap-4">
      <SkeletonCard lines={2} />
      <SkeletonCard lines={6} />
    </div>
  );
}
