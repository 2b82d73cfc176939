import { SkeletonCard } from "@/components/ui/skeleton";

export default function TemplateLoading() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <SkeletonCard lines={3} />
      <SkeletonCard lines={10} />
    </div>
  );
}
