import { SkeletonPage } from "@/components/ui/skeleton";

export default function RunLoading() {
  return <SkeletonPage />;
}
