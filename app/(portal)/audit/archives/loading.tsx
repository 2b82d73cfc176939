import { SkeletonPage } from "@/components/ui/skeleton";

export default function ArchivesLoading() {
  return <SkeletonPage />;
}
