import { SkeletonPage } from "@/components/ui/skeleton";

export default function ProofLoading() {
  return <SkeletonPage />;
}
