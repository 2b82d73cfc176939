import { PageHeader } from "@/components/ui/page-header";
import { SkeletonCard } from "@/components/ui/skeleton";

export default function NetworkLoading() {
  return (
    <>
      <PageHeader title="Network" description="From where people and API keys may come in." />
      <SkeletonCard />
    </>
  );
}
