import { SkeletonPage } from "@/components/ui/skeleton";

export default function EventLoading() {
  return <SkeletonPage />;
}
